"""Structured tools as data: questions, choices, conditions, answers and what they come to."""
