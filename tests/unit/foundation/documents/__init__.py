"""Documents in every rendering, read back."""
