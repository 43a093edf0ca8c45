"""Holding the meeting: planned, asked to, attended, opened, minuted, and what it said."""
