"""A file that is no plan and no state."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="AUD201",
    scope="terraform",
    title="Plan or state is not understood",
    what="The file is no JSON, or not what `terraform show -json` prints in a version that we know.",
    why="Nothing in it can be judged.",
    fix="Make it with `terraform show -json PLAN`, or `terraform show -json` for a state.",
    source="https://developer.hashicorp.com/terraform/internals/json-format",
    bad_terraform="""\
""",
)
