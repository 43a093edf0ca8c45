"""Figures derived from returns, and the report that is written from them."""
