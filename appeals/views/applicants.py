"""The applicant's own page."""
