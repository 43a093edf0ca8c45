"""What the meeting looks at: one case or theme at a time, with all agencies beside each other."""
