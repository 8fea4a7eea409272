"""Module source is not a local folder."""

from stage3c.diagnostics import Severity
from stage3c.rules.rule import Rule

RULE = Rule(
    id="AUD104",
    scope="terraform",
    title="Module source is not a local folder",
    what="A module comes from a registry or repository, and `terraform init` has not downloaded it.",
    why="Its resources are unknown, so findings that depend on them are not reported.",
    fix="Run `terraform init`, or audit the plan, where everything is resolved: `terraform show -json plan > plan.json`.",
    source="https://developer.hashicorp.com/terraform/language/modules/sources",
    severity=Severity.NOTE,
    bad_terraform="""\
module "vpc" {
  source = "terraform-aws-modules/vpc/aws"
}
""",
)
