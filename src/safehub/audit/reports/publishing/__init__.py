"""Publishing a report: put forward, cleared of names, signed by another, and never changed."""
