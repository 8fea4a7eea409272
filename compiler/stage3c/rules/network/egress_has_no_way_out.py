"""Service has egress that its subnets do not route."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.resources.flows import reaches_internet
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for targets outside the VPC of services that reach nothing outside it."""
    inside = IPv4Network(stack.network.cidr)
    for name, service in stack.services.items():
        if service.subnets not in stack.network.subnets or not service.egress:
            continue
        table = stack.network.subnets[service.subnets].route_table
        if table not in stack.network.route_tables or reaches_internet(stack, name):
            continue
        for position, wanted in enumerate(service.egress):
            if not IPv4Network(wanted.to).subnet_of(inside):
                cause = f"services.{name}.egress allows tcp/{wanted.port} to {wanted.to}, but its subnets have no route there."
                fix = "run the service in a tier with `default_route: nat_gateway`, or remove the entry."
                yield Finding(cause, fix, ("services", name, "egress", position))


RULE = Rule(
    id="NET127",
    title="Egress has no route",
    what="A service has `egress` to addresses outside the VPC, and its subnets have no route to the internet.",
    why="A security group rule alone moves no packet: connections time out.",
    fix="Run the service in a tier with `default_route: nat_gateway`, or in a public tier with `assign_public_ip: true`.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html (2026-11-28)",
    bad="""
network: {nat: none, route_tables: {private: {default_route: none}}, endpoints: [s3, ecr, secretsmanager, logs]}
services: {api: {egress: [{port: 587, why: SMTP}]}}
""",
    good="services: {api: {egress: [{port: 587, why: SMTP}]}}",
    check_spec=check,
)
