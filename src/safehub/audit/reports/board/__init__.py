"""The board's page: what was published, side by side, and how the actions stand, as counts."""
