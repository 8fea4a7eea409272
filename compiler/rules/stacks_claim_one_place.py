"""Two stacks claim one folder or one state."""

from compiler.rules.rule import Rule

RULE = Rule(
    id="STA110",
    title="Two stacks claim one place",
    what="Two stacks that are built together would be written to one folder, or keep their state under one key.",
    why="The second would overwrite the first; with one state, each apply would destroy what the other made.",
    fix="Give them different projects, environments or file names.",
    source="https://developer.hashicorp.com/terraform/language/backend/s3",
    bad="{}",
)
