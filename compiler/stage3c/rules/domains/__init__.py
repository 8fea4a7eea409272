"""DNS names, records and certificates."""
