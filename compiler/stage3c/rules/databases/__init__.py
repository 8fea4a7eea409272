"""Databases and replicas."""
