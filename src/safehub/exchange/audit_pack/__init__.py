"""Audit packs: the folder format in which a case audit is run and moves between boards."""
