"""Faults of resources that no spec can have, since the compiler never writes them; a property test holds that."""
