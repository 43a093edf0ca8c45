"""An invented partnership, for showing and for measuring: no child, place or body in it is real."""
