"""Drafts, pressing twice, and edits that meet: what any form gets by being a form."""
