"""Database gets a major upgrade; see `change.steps`."""

from stage3c.diagnostics import Severity
from stage3c.rules.rule import Rule

RULE = Rule(
    id="DBS121",
    title="Database gets a major upgrade",
    severity=Severity.WARNING,
    what="The major version of PostgreSQL is higher than in the previous build.",
    why=(
        "The database is unavailable during the upgrade, extensions and queries may not work with it, and it "
        "cannot be undone."
    ),
    fix="Take a snapshot, try the upgrade on a copy, and choose when it happens with `apply_immediately`.",
    source=(
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.MajorVersion.htm "
        "l (2026-11-28)"
    ),
    bad='databases: {orders: {version: "17"}}\n',
)
