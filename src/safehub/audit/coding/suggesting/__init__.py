"""Suggestions of themes, learnt from what the partnership's own people coded."""
