"""Safehub: the multi-agency safeguarding hub and the case audit of it, over one register."""

__version__ = "0.1.0"
