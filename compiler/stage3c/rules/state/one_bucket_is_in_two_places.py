"""State bucket has two regions."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="STA111",
    title="State bucket has two regions",
    what="Two stacks have the same `state.bucket` with different regions.",
    why="Bucket names are unique across AWS, so one of the stacks would not find it.",
    fix="Write the same `state.region` in both, or use different buckets.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
    bad="state: {bucket: shop-terraform-state, region: eu-west-1}",
)
