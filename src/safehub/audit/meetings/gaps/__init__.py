"""Gaps on pages: added, worded, taken out, and known again from earlier rounds."""
