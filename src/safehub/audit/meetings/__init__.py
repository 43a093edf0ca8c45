"""What the meeting agreed: findings, gaps under their themes, next steps."""
