"""Tests of the shell and the edge."""
