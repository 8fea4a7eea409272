"""What AWS is: facts with their sources, names and their limits."""
