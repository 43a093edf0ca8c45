"""Tests of the disclosure check."""
