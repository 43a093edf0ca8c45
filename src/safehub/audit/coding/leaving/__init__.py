"""A coding that is begun is left to somebody else, and nobody's marks go unsaid."""
