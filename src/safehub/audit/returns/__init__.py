"""What agencies answer: returns in versions, and summative reports."""
