"""A deployment rehearsed on one machine: the real Terraform against an emulated AWS account."""
