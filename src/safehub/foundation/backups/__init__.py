"""Back-up, restore, and a check of the installation's health."""
