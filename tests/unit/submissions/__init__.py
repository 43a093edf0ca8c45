"""Tests of drafts, double presses and edits that meet."""
