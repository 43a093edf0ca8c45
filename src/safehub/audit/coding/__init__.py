"""Coding: which themes the words of returns speak of, by the partnership's code book."""
