"""Accepted replacement does not happen; see `change`."""

from stage3c.diagnostics import Severity
from stage3c.rules.rule import Rule

RULE = Rule(
    id="STA114",
    title="Accepted replacement does not happen",
    severity=Severity.WARNING,
    what="An entry under `replace` names a resource that Terraform neither replaces nor destroys.",
    why="It would silently allow the next loss of that resource.",
    fix="Remove the entry.",
    source="https://developer.hashicorp.com/terraform/language/resources/behavior (2026-11-28)",
    bad="replace: [{address: aws_db_instance.orders, reason: Holds test data}]\n",
)
