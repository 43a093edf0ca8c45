"""What is done about a gap: by whom, by when, and how one will know."""
