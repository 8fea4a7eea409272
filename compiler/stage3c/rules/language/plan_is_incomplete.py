"""Plan is incomplete."""

from stage3c.diagnostics import Severity
from stage3c.rules.rule import Rule

RULE = Rule(
    id="AUD202",
    scope="terraform",
    title="Plan is incomplete",
    what="The plan ended with an error or does not cover the whole stack, as with `-target`.",
    why="Resources that the plan does not contain are not checked.",
    fix="Run `terraform plan` without `-target`, and audit the new plan.",
    source="https://developer.hashicorp.com/terraform/internals/json-format",
    severity=Severity.WARNING,
    bad_terraform="""\
""",
)
