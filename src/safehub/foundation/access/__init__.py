"""Need to know: who may do and see what, decided in one place."""
