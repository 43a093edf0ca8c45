"""What the people whose work was audited are told: after the meeting, and with the report."""
