"""Sessions: when one ends, what it proves, and from where it came."""
