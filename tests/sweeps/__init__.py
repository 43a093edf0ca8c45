"""Sweeps: what must hold of the whole source and of every document."""
