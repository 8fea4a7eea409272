"""Production database has no standby."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for production databases in one zone."""
    for name, database in stack.databases.items():
        if stack.purpose == "production" and not database.multi_az:
            cause = f"databases.{name}.multi_az is false, but the purpose of {stack.environment} is production."
            yield Finding(cause, "write `multi_az: true`.", ("databases", name, "multi_az"))


RULE = Rule(
    id="DBS112",
    title="Production database has no standby",
    what="`multi_az` is false in production.",
    why="If its zone fails, the database is down until someone restores a backup.",
    fix="Write `multi_az: true`, or `purpose: development` if this is not production.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.html",
    bad="databases: {orders: {multi_az: false}}",
    good="{environment: dev, databases: {orders: {multi_az: false}}}",
    check_spec=check,
)
