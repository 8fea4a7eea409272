"""Change replaces resources without a loss; see `change`."""

from stage3c.diagnostics import Severity
from stage3c.rules.rule import Rule

RULE = Rule(
    id="STA115",
    title="Change replaces resources without a loss",
    severity=Severity.NOTE,
    what="Compared with the previous build, Terraform replaces or destroys resources that hold nothing.",
    why="It shows the extent of a change before it is planned.",
    fix="Compare it with the output of `terraform plan`.",
    source="https://developer.hashicorp.com/terraform/language/resources/behavior (2026-11-28)",
    bad="monitoring: {alarms: false}\n",
)
