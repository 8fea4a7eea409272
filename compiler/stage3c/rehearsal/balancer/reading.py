"""The load balancers of the emulated account, asked of its own API."""

from collections.abc import Iterator

from stage3c.live.account import Account
from stage3c.rehearsal.balancer.configuration import (
    Configuration,
    Group,
    Json,
    Listener,
    LoadBalancer,
    Target,
    group_of,
    rules_of,
)
from stage3c.rehearsal.balancer.names import names

_OUT = ("draining", "unused")


def read(account: Account) -> Configuration:
    """Everything at one moment; raises `Unanswered` if something goes away while it is read."""
    balancers = tuple(
        _balancer(account, each)
        for each in account.all("elbv2.describe_load_balancers", "LoadBalancers")
        if each.get("Type", "application") == "application"
    )
    groups = [_group(account, each) for each in account.all("elbv2.describe_target_groups", "TargetGroups")]
    arns = {arn for each in balancers for listener in each.listeners for arn in listener.certificates}
    certificates = {arn: _names(account, arn) for arn in arns}
    return Configuration(balancers, {group.arn: group for group in groups}, certificates, names(account))


def _balancer(account: Account, described: Json) -> LoadBalancer:
    arn = described["LoadBalancerArn"]
    attributes = _attributes(account, "load_balancer", LoadBalancerArn=arn)
    listeners = account.all("elbv2.describe_listeners", "Listeners", LoadBalancerArn=arn)
    return LoadBalancer(
        str(arn),
        str(described["LoadBalancerName"]),
        str(described["DNSName"]).lower(),
        float(attributes.get("idle_timeout.timeout_seconds", 60)),
        attributes.get("routing.http.drop_invalid_header_fields.enabled") == "true",
        described.get("Scheme") != "internal",
        tuple(_listener(account, each) for each in listeners),
        tuple(_addresses(account, str(arn))),
    )


def _addresses(account: Account, arn: str) -> Iterator[str]:
    """Of its network interfaces, which have its name in their description."""
    described = {"Name": "description", "Values": [f"ELB {arn.partition('loadbalancer/')[2]}"]}
    for each in account.all("ec2.describe_network_interfaces", "NetworkInterfaces", Filters=[described]):
        yield str(each["PrivateIpAddress"])


def _listener(account: Account, described: Json) -> Listener:
    arn, is_https = described["ListenerArn"], described["Protocol"] == "HTTPS"
    own = [str(each["CertificateArn"]) for each in described.get("Certificates") or ()]
    more = account.all("elbv2.describe_listener_certificates", "Certificates", ListenerArn=arn) if is_https else ()
    certificates = dict.fromkeys([*own, *(str(each["CertificateArn"]) for each in more)])
    rules = rules_of(account.all("elbv2.describe_rules", "Rules", ListenerArn=arn))
    return Listener(str(arn), int(described["Port"]), is_https, tuple(certificates), rules)


def _group(account: Account, described: Json) -> Group:
    arn = described["TargetGroupArn"]
    attributes = _attributes(account, "target_group", TargetGroupArn=arn)
    return group_of(described, attributes, _targets(account, arn))


def _targets(account: Account, arn: str) -> Iterator[Target]:
    """Those that are registered and not on their way out."""
    for each in account.ask("elbv2.describe_target_health", TargetGroupArn=arn)["TargetHealthDescriptions"]:
        told = each["TargetHealth"]
        if told["State"] not in _OUT or told.get("Reason") == "Target.NotInUse":
            yield Target(str(each["Target"]["Id"]), int(each["Target"]["Port"]))


def _attributes(account: Account, kind: str, **what: str) -> dict[str, str]:
    found = account.ask(f"elbv2.describe_{kind}_attributes", **what)["Attributes"]
    return {str(each["Key"]): str(each["Value"]) for each in found}


def _names(account: Account, arn: str) -> tuple[str, ...]:
    """The names on a certificate; none if it does not exist."""
    found = account.maybe("acm.describe_certificate", "ResourceNotFoundException", CertificateArn=arn)
    if found is None:
        return ()
    told = found["Certificate"]
    return tuple(dict.fromkeys([str(told["DomainName"]), *map(str, told.get("SubjectAlternativeNames") or ())]))
