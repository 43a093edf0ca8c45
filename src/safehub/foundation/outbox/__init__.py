"""Effects that must happen once: notices, and work for later."""
