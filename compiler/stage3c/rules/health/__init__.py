"""Health checks, and the checks of a spec."""
