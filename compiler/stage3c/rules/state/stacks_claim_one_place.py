"""Two stacks claim one place."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="STA110",
    title="Two stacks claim one place",
    what=(
        "Two stacks of one build have the same output folder, the same project and environment in one account and region, "
        "or the same state key; a key that ends in what Terraform writes beside another, `.tflock` or `-md5`, is the same."
    ),
    why=(
        "One of them would overwrite the other, and Terraform would then destroy what it no longer finds in its state."
    ),
    fix="Give them different file names, projects or environments, or `state.key`.",
    source="https://developer.hashicorp.com/terraform/language/backend/s3",
    bad="project: shop",
)
