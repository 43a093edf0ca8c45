"""Backups: made, damaged, put back."""
