"""Which auditor of an agency audits which case; never whoever holds the case."""
