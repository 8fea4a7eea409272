"""State key is not a plain path."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, clip
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look at the parts between the slashes."""
    key = stack.state.key
    if key is not None and {"", ".", ".."} & set(key.split("/")):
        cause = f'state.key is "{clip(key)}", which has an empty, "." or ".." part.'
        fix = f"write `key: {stack.project}/{stack.environment}/terraform.tfstate`, or remove it."
        yield Finding(cause, fix, ("state", "key"))


RULE = Rule(
    id="STA105",
    title="State key is not a plain path",
    what="`state.key` starts or ends with a slash, or has an empty, `.` or `..` part.",
    why="Terraform rejects such a key, or S3 tools cannot open it.",
    fix="Write a key such as `key: shop/prod/terraform.tfstate`.",
    source="https://developer.hashicorp.com/terraform/language/backend/s3",
    bad="state: {key: /shop//prod/}",
    good="state: {key: shop/prod/terraform.tfstate}",
    check_spec=check,
)
