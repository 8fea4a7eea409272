"""What inbound and outbound rules of security groups share."""

from collections.abc import Iterator

from stage3c.aws.kinds import ec2
from stage3c.aws.kinds.kind import Aws, Json, Kind, Known, Match, described_tags


def kind_of_rules(kind: str, *, egress: bool) -> Kind:
    """The kind of one direction."""

    def find(aws: Aws, known: Known) -> Iterator[Match]:
        filters = ec2.where(group_id=known["security_group_id"])
        for rule in aws.all("ec2.describe_security_group_rules", "SecurityGroupRules", Filters=filters):
            if rule["IsEgress"] == egress and _side(rule) == _wanted_side(known):
                yield Match(rule["SecurityGroupRuleId"], by="attachment")

    return Kind(
        type=kind,
        find=find,
        look=ec2.described(
            "describe_security_group_rules",
            "SecurityGroupRules",
            "SecurityGroupRuleIds",
            "InvalidSecurityGroupRuleId.NotFound",
        ),
        tags=described_tags,
        of_arn=lambda _arn: None,
        settings={"security_group_id": "GroupId"},
        replaced_by=("security_group_id",),
        judged_on="arn:{partition}:ec2:{region}:{account}:security-group/{*}",
        stays="it is part of a security group",
    )


def _side(rule: Json) -> tuple[str, ...]:
    group = rule.get("ReferencedGroupInfo") or {}
    peer = rule.get("CidrIpv4") or rule.get("CidrIpv6") or rule.get("PrefixListId") or group.get("GroupId")
    ports = ("", "") if rule["IpProtocol"] == "-1" else (str(rule.get("FromPort")), str(rule.get("ToPort")))
    return (rule["IpProtocol"], *ports, str(peer))


def _wanted_side(known: Known) -> tuple[str, ...]:
    peers = ("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id")
    peer = next((known[name] for name in peers if known.get(name)), None) or known["peer"]
    everything = str(known["ip_protocol"]) == "-1"
    ports = ("", "") if everything else (str(known["from_port"]), str(known["to_port"]))
    return (str(known["ip_protocol"]), *ports, str(peer))
