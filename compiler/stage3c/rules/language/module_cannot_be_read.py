"""A module that is not in this folder."""

from stage3c.diagnostics import Severity
from stage3c.rules.rule import Rule

RULE = Rule(
    id="AUD104",
    scope="terraform",
    title="Module cannot be read",
    what="A module comes from a registry or a repository, and only local folders are read.",
    why="What it makes is unknown, so whatever may be wired up in there is not reported.",
    fix="Audit the plan instead, where everything is resolved: terraform show -json.",
    source="https://developer.hashicorp.com/terraform/language/modules/sources",
    severity=Severity.NOTE,
    bad_terraform="""\
module "vpc" {
  source = "terraform-aws-modules/vpc/aws"
}
""",
)
