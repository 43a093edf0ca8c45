"""Settings and what starts Django."""
