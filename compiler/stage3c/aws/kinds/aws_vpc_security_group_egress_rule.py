"""A security group rule for outbound traffic: the one with the same protocol, ports and peer."""

from stage3c.aws.kinds import security_group_rules
from stage3c.aws.kinds.kind import Kind

KIND: Kind = security_group_rules.kind_of_rules("aws_vpc_security_group_egress_rule", egress=True)
