"""Secrets and references to them."""
