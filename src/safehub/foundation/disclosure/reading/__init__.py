"""Files as text, with whatever in them cannot be read said out loud."""
