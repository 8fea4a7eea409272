"""Terraform file is not valid."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="AUD101",
    scope="terraform",
    title="Terraform file is not valid",
    what="A file has a syntax error, is not UTF-8, or has a block without its labels.",
    why="Terraform rejects it, and nothing in it can be checked.",
    fix="Correct the line; `terraform fmt` and `terraform validate` show details.",
    source="https://developer.hashicorp.com/terraform/language/syntax/configuration",
    bad_terraform="""\
resource "aws_vpc" {
""",
)
