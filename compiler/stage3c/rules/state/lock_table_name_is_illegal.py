"""Lock table name is not valid."""

from collections.abc import Iterator

from stage3c.aws.names import judge
from stage3c.diagnostics import Finding, clip
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Judge the table's name."""
    name = stack.state.lock_table
    broken = judge("aws_dynamodb_table.name", name).broken if name is not None else ()
    if broken:
        cause = (
            f'state.lock_table is "{clip(name or "")}", which {"; it ".join(clip(reason, 160) for reason in broken)}.'
        )
        yield Finding(
            cause, f"write `lock_table: {stack.project}-terraform-locks`, or remove it.", ("state", "lock_table")
        )


RULE = Rule(
    id="STA102",
    title="Lock table name is not valid",
    what="`state.lock_table` is not a valid DynamoDB table name.",
    why="The table cannot be created, so two people could change the stack at the same time.",
    fix=("Use 3 to 255 letters, digits, periods, hyphens and underscores, such as `lock_table: shop-terraform-locks`."),
    source="botocore 1.43.11 data/dynamodb CreateTable.TableName",
    bad="state: {lock_table: terraform locks}",
    check_spec=check,
)
