"""Change destroys data or something in use; see `change`."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="STA112",
    title="Change destroys data or something in use",
    what=(
        "Compared with the previous build, Terraform would replace or destroy a database, bucket, secret or file "
        "system, a subnet or target group in use, or an Elastic IP address for another one."
    ),
    why="What it holds is lost, or what uses it stops working. Nothing is written until the loss is accepted.",
    fix="Restore the old value, or accept the loss of one address under `replace`.",
    source="https://developer.hashicorp.com/terraform/language/resources/behavior (2026-11-28)",
    essential=True,
    bad="databases: {orders: {database_name: other}}\n",
)
