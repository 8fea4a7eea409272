"""Terraform that somebody else wrote -> Graph. The only package that imports hcl2."""
