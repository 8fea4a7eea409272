"""Roles, policies and permissions."""
