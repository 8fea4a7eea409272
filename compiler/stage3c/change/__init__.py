"""What a change replaces, destroys and interrupts: two generated files, or a plan. Pure."""
