"""A stack that keeps its state where the state bucket keeps its own."""

from collections.abc import Iterator

from compiler.diagnostics import Finding
from compiler.model.stack import Stack
from compiler.resources.state_store import STATE_STORE_KEY
from compiler.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare the key with the one that `bootstrap` uses."""
    if stack.state.key == STATE_STORE_KEY:
        cause = f'"{STATE_STORE_KEY}" is where the state of the bucket itself stands.'
        fix = f"write {stack.project}/{stack.environment}/terraform.tfstate, or remove it."
        yield Finding(cause, fix, ("state", "key"))


RULE = Rule(
    id="STA106",
    title="State key is the state bucket's own",
    what="`state.key` is the key at which `stage3c bootstrap` keeps the state of the bucket and its lock table.",
    why="Terraform would plan to replace the bucket and the table with this stack, or the other way round.",
    fix="Write another key, or remove it.",
    source="https://developer.hashicorp.com/terraform/language/backend/s3",
    bad=f"state: {{key: {STATE_STORE_KEY}}}",
    good="state: {key: shop/prod/terraform.tfstate}",
    check_spec=check,
)
