"""Jobs: tasks that run once, like a service."""
