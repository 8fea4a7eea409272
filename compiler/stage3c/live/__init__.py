"""What touches the world: AWS accounts, read-only."""
