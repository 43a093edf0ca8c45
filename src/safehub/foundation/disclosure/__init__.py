"""The check that every outgoing document passes before it is released."""
