"""Terraform state."""
