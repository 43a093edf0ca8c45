"""The programme of a partnership: the audits that it plans, and where their themes came from."""
