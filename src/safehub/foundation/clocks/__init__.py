"""Clocks: working days, bank holidays, deadlines."""
