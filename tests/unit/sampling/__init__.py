"""Frames, draws and replacements on pages."""
