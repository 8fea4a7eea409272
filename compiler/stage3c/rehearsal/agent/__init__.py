"""What the ECS agent does before it starts a container: permissions of the execution role, secrets, variables."""
