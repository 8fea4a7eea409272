"""A module that is called without a variable it requires."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="AUD108",
    title="Module argument is missing",
    what="A module is called without a value for a variable that has no default.",
    why="Terraform refuses it: missing required argument.",
    fix="Add the argument to the module block.",
    source="https://developer.hashicorp.com/terraform/language/values/variables#default (2026-11-28)",
)
