"""A build as texts and files: Terraform JSON, lists, reports, settings modules."""
