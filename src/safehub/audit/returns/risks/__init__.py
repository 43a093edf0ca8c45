"""A child at immediate risk, met with in an audit: told at once, answered for, and ended."""
