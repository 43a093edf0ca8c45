"""Commissions, their days, and the audits that they come to."""
