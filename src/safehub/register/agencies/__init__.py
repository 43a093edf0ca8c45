"""The partners of a safeguarding partnership."""
