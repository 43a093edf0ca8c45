"""A calendar that a person's own programme fetches: the days of the audits that they may open."""
