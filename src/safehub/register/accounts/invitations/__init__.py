"""Invitations: how an account begins."""
