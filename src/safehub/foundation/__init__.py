"""Engines that know nothing of children or agencies."""
