"""Tests of reports: making, suppressing, clearing, publishing."""
