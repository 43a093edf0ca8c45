"""Pages in a real browser: how they look, what axe finds, what the keyboard reaches."""
