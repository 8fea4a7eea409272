"""A real PostgreSQL in place of each database instance of the emulated account."""
