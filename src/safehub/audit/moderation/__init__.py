"""Moderation: a second look at some returns, blind until both grades are in."""
