"""Moving a round that is still being gathered to a newer version of its tool."""
