"""Database gets a lower major version; see `change.steps`."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="DBS123",
    title="Database gets a lower major version",
    what="The major version of PostgreSQL is lower than in the previous build.",
    why="RDS rejects a downgrade; only a restored snapshot has the old version.",
    fix="Write the version that the database has.",
    source=(
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.MajorVersion.htm "
        "l (2026-11-28)"
    ),
    essential=True,
    bad='databases: {orders: {version: "15"}}\n',
)
