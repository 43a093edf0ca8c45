"""Frames, draws, samples and the numbers that stand for cases."""
