"""Network address is malformed."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="NET108",
    title="Network address is malformed",
    what="A CIDR block is no IPv4 network, lacks its prefix length, or has bits set behind it.",
    why="AWS refuses such a block, or rounds it to another network than the one that was meant.",
    fix="Write the network that the message names.",
    source="botocore 1.43.11 data/ec2 CreateVpc.CidrBlock",
    bad="network: {cidr: 10.0.0.1/16}",
    good="network: {cidr: 10.0.0.0/16}",
)
