"""IPv4 range is not valid."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="NET108",
    title="IPv4 range is not valid",
    what="An IPv4 range is not valid, has no prefix length, or has host bits set.",
    why="AWS rejects such a range, or uses another one than intended.",
    fix="Write a range such as `10.0.0.0/16`.",
    source="botocore 1.43.11 data/ec2 CreateVpc.CidrBlock",
    bad="network: {cidr: 10.0.0.1/16}",
    good="network: {cidr: 10.0.0.0/16}",
)
