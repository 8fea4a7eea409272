"""Plan or state cannot be read."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="AUD201",
    scope="terraform",
    title="Plan or state cannot be read",
    what="The file is not JSON, or not the output of `terraform show -json` in a supported version.",
    why="Nothing can be checked.",
    fix="Create it with `terraform plan -out=plan && terraform show -json plan > plan.json`.",
    source="https://developer.hashicorp.com/terraform/internals/json-format",
    bad_terraform="""\
""",
)
