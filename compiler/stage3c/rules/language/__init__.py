"""Specs, Terraform and plans that cannot be read."""
