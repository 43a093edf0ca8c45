"""The commission of an audit: its terms of reference, agencies and themes."""
