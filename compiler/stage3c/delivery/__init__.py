"""After the build: what a deployment does, whether it works, and why it does not."""
