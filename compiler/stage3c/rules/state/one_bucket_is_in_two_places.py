"""Two stacks look for one state bucket in two places."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="STA111",
    title="One state bucket is in two places",
    what="Two stacks of one command name the same `state.bucket`, with different regions.",
    why="A bucket's name is unique in all of AWS, so one of them will never find it.",
    fix="Give them the same `state.region`, or different buckets.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
    bad="state: {bucket: shop-terraform-state, region: eu-west-1}",
)
