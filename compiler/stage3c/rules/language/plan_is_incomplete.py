"""A plan that ended with an error."""

from stage3c.diagnostics import Severity
from stage3c.rules.rule import Rule

RULE = Rule(
    id="AUD202",
    scope="terraform",
    title="Plan is incomplete",
    what="Terraform itself says that the plan ended with an error, or is not of the whole stack, as with `-target`.",
    why="What is missing in it may exist, so it is not judged.",
    fix="Mend what terraform plan says, plan the whole stack, and audit again.",
    source="https://developer.hashicorp.com/terraform/internals/json-format",
    severity=Severity.WARNING,
    bad_terraform="""\
""",
)
