"""Local values or modules form a cycle."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="AUD103",
    scope="terraform",
    title="Local values or modules form a cycle",
    what="A local value, a variable or a module depends on itself.",
    why="Terraform rejects it, and no value can be evaluated.",
    fix="Remove one of the references.",
    source="https://developer.hashicorp.com/terraform/language/values/locals",
    bad_terraform="""\
locals {
  a = local.b
  b = local.a
}
""",
)
