"""One-time links that sign in at once, where all data is invented and nowhere else."""
