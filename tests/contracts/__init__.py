"""What is promised to others: the launcher, and the parts that come from elsewhere."""
