"""Working days, the hours of the hub, deadlines."""
