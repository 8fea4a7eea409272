"""Database or user name is not valid."""

import re
from collections.abc import Iterator

from stage3c.aws.names import judge
from stage3c.diagnostics import Finding, clip
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Judge both names of each database."""
    for name, database in stack.databases.items():
        names = (
            ("db_name", database.database_name, ("databases", name, "database_name"), "database_name", "main"),
            ("username", database.credentials.username, ("databases", name, "credentials"), "username", "postgres"),
        )
        for attribute, given, path, key, example in names:
            verdict = judge(f"aws_db_instance.{attribute} (postgres)", given)
            if verdict.broken:
                where = f"{key} of databases.{name}"
                cause = f'{where} is "{clip(given)}", which {clip("; it ".join(verdict.broken), 300)}.'
                yield Finding(cause, f"write `{key}: {_mended(attribute, given) or example}`.", path)


def _mended(attribute: str, given: str) -> str | None:
    """The given name with underscores for what is not allowed, if that makes it valid."""
    mended = re.sub(r"[^A-Za-z0-9_]+", "_", given).strip("_")
    return mended if judge(f"aws_db_instance.{attribute} (postgres)", mended).legal else None


RULE = Rule(
    id="DBS108",
    title="Database or user name is not valid",
    what="`database_name` or the user name contains invalid characters, is too long, or is a reserved word.",
    why="The provider does not check it; RDS rejects it at apply, for example `admin` or `select`.",
    fix="Use letters, digits and underscores, starting with a letter, such as `database_name: orders`.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html",
    bad="databases: {orders: {database_name: select}}",
    good="databases: {orders: {database_name: shop_orders}}",
    check_spec=check,
)
