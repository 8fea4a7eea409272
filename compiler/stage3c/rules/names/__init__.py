"""AWS names and tags."""
