"""What an agency says of its own returns: accepted, or sent back with a reason."""
