"""The frame and the sample of an audit on pages."""
