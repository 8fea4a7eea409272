"""State bucket name is not valid."""

from collections.abc import Iterator

from stage3c.aws.names import judge
from stage3c.diagnostics import Finding, clip
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Judge the bucket's name."""
    broken = judge("aws_s3_bucket.bucket", stack.state.bucket).broken
    if broken:
        cause = f'state.bucket is "{clip(stack.state.bucket)}", which {"; it ".join(clip(reason, 160) for reason in broken)}.'
        yield Finding(cause, f"write `bucket: {stack.project}-terraform-state`.", ("state", "bucket"))


RULE = Rule(
    id="STA101",
    title="State bucket name is not valid",
    what="`state.bucket` is not a valid S3 bucket name.",
    why="The bucket cannot be created, so the state cannot be stored.",
    fix="Use 3 to 63 lower-case letters, digits and hyphens, such as `bucket: shop-terraform-state`.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
    bad="state: {bucket: Shop_Terraform_State}",
    check_spec=check,
)
