"""ECS services, tasks and their images."""
