"""Returns as they are answered."""
