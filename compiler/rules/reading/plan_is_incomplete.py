"""A plan that ended with an error."""

from compiler.diagnostics import Severity
from compiler.rules.rule import Rule

RULE = Rule(
    id="AUD202",
    title="Plan is incomplete",
    what="Terraform itself says that the plan ended with an error.",
    why="What comes after the error is missing in it.",
    fix="Mend what terraform plan says, and audit again.",
    source="https://developer.hashicorp.com/terraform/internals/json-format",
    severity=Severity.WARNING,
    bad_terraform="""\
""",
)
