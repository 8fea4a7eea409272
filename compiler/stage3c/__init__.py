"""stage3c: a spec of a web application on AWS, compiled to Terraform that has been shown to work."""

__version__ = "0.1.0"
