"""RDS takes over a password that the stack made; see `change.steps`."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="DBS122",
    title="RDS takes over a password that the stack made",
    what="A database goes from `self_managed` to `rds_managed` credentials.",
    why=(
        "Terraform knows the secret that RDS creates only after the database was changed, so a single apply fails; "
        "the old secret is destroyed."
    ),
    fix="Accept the loss of the old secret under `replace`, and apply in the two steps that the finding lists.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html (2026-11-28)",
    essential=True,
    bad="databases: {orders: {credentials: rds_managed}}\n",
)
