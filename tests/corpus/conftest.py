from __future__ import annotations

from corpus.kitchen_fixtures import kitchen, kitchen_table, product

__all__ = ["kitchen", "kitchen_table", "product"]
