"""What several layers read of a graph alike, parsed once."""
