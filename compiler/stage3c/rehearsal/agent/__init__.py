"""The local ECS agent: it starts each task as ECS does, and runs its containers as processes in namespaces of their own."""
