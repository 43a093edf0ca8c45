"""Answering a return on pages: what is asked, drafts, and sending it in."""
