"""Two stacks have the same name or state."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="STA110",
    title="Two stacks have the same name or state",
    what=(
        "Two stacks of one command have the same output folder, the same project and environment in one "
        "account and region, or the same state key."
    ),
    why="One would overwrite the other, and Terraform would destroy what it no longer finds in its state.",
    fix="Use different file names, projects or environments, or another `state.key`.",
    source="https://developer.hashicorp.com/terraform/language/backend/s3",
    bad="project: shop",
)
