"""What the day brings and what still has to be done, told each working morning."""
