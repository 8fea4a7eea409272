"""Changes of a rehearsed deployment under traffic: scaling, rolling deployments, one that fails, and a new password."""
