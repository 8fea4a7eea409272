"""State key is reserved for the state bucket."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.resources.state_store import STATE_STORE_KEY
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare the key with the one that `bootstrap` uses."""
    key = stack.state.key or ""
    if (
        key.removesuffix(".tflock").removesuffix("-md5") == STATE_STORE_KEY
    ):  # what Terraform keeps beside it is its own too
        cause = f'state.key is "{key}", which is reserved for the state of the bucket itself.'
        fix = f"write `key: {stack.project}/{stack.environment}/terraform.tfstate`, or remove it."
        yield Finding(cause, fix, ("state", "key"))


RULE = Rule(
    id="STA106",
    title="State key is reserved for the state bucket",
    what="`state.key` is the key where `stage3c bootstrap` keeps the state of the bucket and its lock table.",
    why="Terraform would plan to replace the bucket and the table with this stack.",
    fix="Write another key, or remove it for the default.",
    source="https://developer.hashicorp.com/terraform/language/backend/s3",
    bad=f"state: {{key: {STATE_STORE_KEY}}}",
    good="state: {key: shop/prod/terraform.tfstate}",
    check_spec=check,
)
