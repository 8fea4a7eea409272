"""Variables have no value."""

from stage3c.diagnostics import Severity
from stage3c.rules.rule import Rule

RULE = Rule(
    id="AUD109",
    scope="terraform",
    title="Variables have no value",
    severity=Severity.NOTE,
    what="A variable has no default, and no variable file sets it.",
    why="Whatever uses it is unknown, so findings that depend on it are not reported.",
    fix="Add the variable file to the command: `--var-file FILE`.",
    source="https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence (2026-11-28)",
    bad_terraform="""\
variable "vpc_id" {
  type = string
}
""",
    good_terraform="""\
variable "vpc_id" {
  type    = string
  default = "vpc-12345678"
}
""",
)
