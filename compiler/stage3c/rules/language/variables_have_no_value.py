"""Variables of the configuration that nothing gives a value."""

from stage3c.diagnostics import Severity
from stage3c.rules.rule import Rule

RULE = Rule(
    id="AUD109",
    title="Variables have no value",
    severity=Severity.NOTE,
    what="A variable has no default, and no file gives it a value.",
    why="What is made of it is unknown, so less is judged.",
    fix="Pass the file that has the values: --var-file FILE.",
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
