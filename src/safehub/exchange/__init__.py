"""The world's formats, in and out."""
