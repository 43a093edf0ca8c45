"""A matter of practice or conduct met with in an audit: sent to the employer, apart from it."""
