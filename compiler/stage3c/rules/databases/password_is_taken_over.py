"""RDS takes over a password in two steps; see `change.steps`."""

from stage3c.diagnostics import Severity
from stage3c.rules.rule import Rule

RULE = Rule(
    id="DBS124",
    title="RDS takes over a password in two steps",
    severity=Severity.WARNING,
    what=(
        "A database goes from `self_managed` to `rds_managed` credentials, and the loss of the old secret is accepted."
    ),
    why="Terraform knows the secret that RDS creates only after the database was changed.",
    fix="Apply in the two steps that the finding lists.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html (2026-11-28)",
    bad="databases: {orders: {credentials: rds_managed}}\n",
)
