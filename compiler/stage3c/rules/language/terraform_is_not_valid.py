"""A file that Terraform cannot read."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="AUD101",
    scope="terraform",
    title="Terraform file is not valid",
    what="A file is not Terraform: its syntax, its encoding, or a block without the labels that it needs.",
    why="Nothing in it can be judged, and Terraform refuses it as well.",
    fix="Mend the line; `terraform fmt` and `terraform validate` say more.",
    source="https://developer.hashicorp.com/terraform/language/syntax/configuration",
    bad_terraform="""\
resource "aws_vpc" {
""",
)
