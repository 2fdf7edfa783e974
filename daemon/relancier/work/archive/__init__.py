"""What is kept about a case: the claim, the legal file, purges, forgetting."""
