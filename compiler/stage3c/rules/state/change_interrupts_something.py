"""Change interrupts a service or loses something; see `change`."""

from stage3c.diagnostics import Severity
from stage3c.rules.rule import Rule

RULE = Rule(
    id="STA113",
    title="Change interrupts a service or loses something",
    severity=Severity.WARNING,
    what=(
        "Compared with the previous build, Terraform would replace or destroy something that is missing in "
        "between, or whose loss is accepted under `replace`."
    ),
    why="Requests fail until the new resource works; an address, logs or images are lost for good.",
    fix="Apply it when the interruption is acceptable, or restore the old value.",
    source="https://developer.hashicorp.com/terraform/language/resources/behavior (2026-11-28)",
    bad="services: {web: {capacity: {fargate_spot: {weight: 1}}}}\n",
)
