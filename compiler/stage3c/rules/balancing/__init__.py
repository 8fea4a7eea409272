"""Load balancers, listeners and target groups."""
