"""Keeping what was typed to find somebody, for a while."""
