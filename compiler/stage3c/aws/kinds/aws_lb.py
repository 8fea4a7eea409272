"""An application load balancer: by its name."""

from collections.abc import Iterator

from stage3c.aws.kinds import elb
from stage3c.aws.kinds.kind import Aws, Kind, Known, Match, Quota, Removal, Thing, Use


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    for each in aws.ask("elbv2.describe_load_balancers", Names=[known["name"]])["LoadBalancers"]:
        arn = each["LoadBalancerArn"]
        told = {"arn": arn, "dns_name": each["DNSName"], "zone_id": each.get("CanonicalHostedZoneId")}
        yield Match(arn, {**told, "arn_suffix": arn.partition("loadbalancer/")[2]})


def _uses(aws: Aws, thing: Thing) -> Iterator[Use]:
    """Targets that it forwards to, and DNS records that lead to it."""
    groups = aws.maybe("elbv2.describe_target_groups", "TargetGroupNotFound", LoadBalancerArn=thing.identity)
    for group in groups["TargetGroups"] if groups else ():
        yield from elb.targets(aws, group["TargetGroupArn"])
    name = elb.bare(thing.told["DNSName"])
    for zone in aws.all("route53.list_hosted_zones", "HostedZones"):
        for record in aws.all("route53.list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone["Id"]):
            if name in elb.leads_to(record):
                yield Use("", f"DNS record {record['Name'].rstrip('.')}")


def _data(aws: Aws, thing: Thing) -> str:
    told = aws.ask("elbv2.describe_load_balancer_attributes", LoadBalancerArn=thing.identity)["Attributes"]
    if {"Key": "deletion_protection.enabled", "Value": "true"} in told:
        return "it has deletion protection"
    return ""


def _goes_with(thing: Thing) -> Iterator[str]:
    """The name by which its network interfaces call it."""
    yield thing.identity.partition("loadbalancer/")[2]


KIND = Kind(
    type="aws_lb",
    replaced_by=("internal", "load_balancer_type", "name"),
    holds="its DNS name",
    interrupts="it answers no requests until the new one is ready",
    find=_find,
    missing=("LoadBalancerNotFound",),
    name="name",
    look=elb.described("describe_load_balancers", "LoadBalancers", "LoadBalancerArns", "LoadBalancerNotFound"),
    tags=elb.tags,
    of_arn=elb.arn("loadbalancer"),
    arn="arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/app/{name}/{*}",
    settings={"name": "LoadBalancerName", "internal": "", "load_balancer_type": "Type"},
    quota=Quota("application load balancers", "elasticloadbalancing", "L-53DA6B97", 50),
    removal=Removal(
        (
            "elbv2 delete-load-balancer --load-balancer-arn {id}",
            "elbv2 wait load-balancers-deleted --load-balancer-arns {id}",
        ),
        uses=_uses,
        data=_data,
        goes_with=_goes_with,
        after=("aws_lb_listener",),
    ),
)
