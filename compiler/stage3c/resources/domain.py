"""The public names: a certificate validated by DNS for each load balancer, and alias records to it."""

from collections.abc import Iterator
from typing import Final

from stage3c.aws.facts import load
from stage3c.graph import Expr, Lifecycle, Origin, Ref, Resource, Value, quoted
from stage3c.language.model.stack import Stack

MAIN_NAME_MAX_OCTETS: Final[int] = load("quotas")["certificate"]["common_name_max_octets"]
ZONE = Ref("data.aws_route53_zone.main", "zone_id")


def domain(stack: Stack) -> Iterator[Resource]:
    """Everything that the zone is told, and what ACM is asked for."""
    if stack.domain is None:
        return
    zone: dict[str, Value] = {"name": stack.domain.zone.lower(), "private_zone": False}
    yield Resource("aws_route53_zone", "main", zone, Origin(("domain", "zone")), "data")
    for name, balancer in stack.load_balancers.items():
        hostnames = hostnames_of(stack, name)
        if balancer.https and balancer.https.certificate is None:
            yield from _certificate(name, hostnames, main_name(stack, hostnames))
        if balancer.scheme == "internet-facing" or balancer.hostnames:
            yield from _aliases(name, hostnames, Origin(("load_balancers", name)))


def hostnames_of(stack: Stack, balancer: str) -> list[str]:
    """The names of a load balancer: its own, or, for the first one that faces the internet, the domain's.

    In lower case, since ACM answers so and a record of validation is found by its name,
    https://github.com/hashicorp/terraform-provider-aws/issues/22799 (2026-11-23).
    """
    described = stack.load_balancers[balancer]
    if described.hostnames is not None:
        return list(dict.fromkeys(hostname.lower() for hostname in described.hostnames))
    facing = [
        name
        for name, other in stack.load_balancers.items()
        if other.scheme == "internet-facing" and other.hostnames is None
    ]
    return [stack.domain.name.lower()] if stack.domain and facing[:1] == [balancer] else []


def main_name(stack: Stack, hostnames: list[str]) -> str:
    """The name that a certificate is issued for: the domain's, else the shortest; the order of the list does not matter.

    It has at most 64 octets where one of the names has no more, https://www.rfc-editor.org/rfc/rfc5280#appendix-A.1 (2026-11-28).
    """
    own = stack.domain.name.lower() if stack.domain else ""
    shortest = min(hostnames, key=lambda hostname: (len(hostname), hostname))
    return own if own in hostnames and len(own) <= MAIN_NAME_MAX_OCTETS else shortest


def label(hostname: str) -> str:
    """A hostname as part of an address: `*.example.com` -> `ANY_example_com`. Hostnames have no capitals and no underscores."""
    return hostname.replace("*", "ANY").replace(".", "_")


def covers(certified: str, hostname: str) -> bool:
    """Whether a name on a certificate, such as `*.example.com`, is good for a host: a star stands for one label.

    Source: https://docs.aws.amazon.com/acm/latest/userguide/acm-certificate-characteristics.html (2026-11-26).
    """
    certified, hostname = certified.lower(), hostname.lower().rstrip(".")
    return certified == hostname or (certified.startswith("*.") and hostname.partition(".")[2] == certified[2:])


def _certificate(name: str, hostnames: list[str], domain_name: str) -> Iterator[Resource]:
    origin = Origin(("load_balancers", name, "https"))
    attributes: dict[str, Value] = {
        "domain_name": domain_name,
        "subject_alternative_names": sorted(set(hostnames)),
        "validation_method": "DNS",
    }
    made = Lifecycle(create_before_destroy=True)
    yield Resource("aws_acm_certificate", name, attributes, origin, lifecycle=made)
    records = [_validation(name, hostname, origin) for hostname in _validated(hostnames)]
    yield from records
    validation: dict[str, Value] = {
        "certificate_arn": Ref(f"aws_acm_certificate.{name}", "arn"),
        "validation_record_fqdns": [record.ref("fqdn") for record in records],
    }
    yield Resource("aws_acm_certificate_validation", name, validation, origin)


def _validated(hostnames: list[str]) -> list[str]:
    """A wildcard and its base are validated by one and the same record; the base stands for both where it is listed."""
    bases = {hostname.removeprefix("*.") for hostname in hostnames}
    return [base if base in hostnames else f"*.{base}" for base in sorted(bases)]


def _validation(name: str, hostname: str, origin: Origin) -> Resource:
    options = Ref(f"aws_acm_certificate.{name}", "domain_validation_options")

    def option(attribute: str) -> Expr:
        wanted = f"[for o in {{0}} : o.{attribute} if o.domain_name == {quoted(hostname)}]"
        return Expr(f"one({wanted})", (options,))

    attributes: dict[str, Value] = {
        "zone_id": ZONE,
        "name": option("resource_record_name"),
        "type": option("resource_record_type"),
        "ttl": 60,
        "records": [option("resource_record_value")],
        "allow_overwrite": True,
    }
    address = f"{name}_validation_{label(hostname.removeprefix('*.'))}"
    return Resource("aws_route53_record", address, attributes, origin)


def _aliases(name: str, hostnames: list[str], origin: Origin) -> Iterator[Resource]:
    target: dict[str, Value] = {
        "name": Ref(f"aws_lb.{name}", "dns_name"),
        "zone_id": Ref(f"aws_lb.{name}", "zone_id"),
        "evaluate_target_health": True,
    }
    for hostname in hostnames:
        attributes: dict[str, Value] = {"zone_id": ZONE, "name": hostname, "type": "A", "alias": [target]}
        yield Resource("aws_route53_record", f"{name}_alias_{label(hostname)}", attributes, origin)
