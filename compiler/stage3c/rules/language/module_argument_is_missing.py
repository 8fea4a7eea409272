"""Module argument is missing."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="AUD108",
    scope="terraform",
    title="Module argument is missing",
    what="A module block does not set a variable of the module that has no default.",
    why="Terraform rejects it with Missing required argument.",
    fix="Add the argument to the module block.",
    source="https://developer.hashicorp.com/terraform/language/values/variables#default (2026-11-28)",
)
