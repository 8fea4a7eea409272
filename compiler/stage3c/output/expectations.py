"""What `terraform test` holds the generated plan against: the promises of a stack as conditions over its own resources.

Only what a plan with a mocked provider knows can be asserted, so every condition reads an argument, never an id.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from stage3c.graph import Graph, Resource, quoted
from stage3c.views.resource_names import resource_names

_PROMISES: Final = (
    ("aws_db_instance", "publicly_accessible", "{0} == false", "{1} must not be publicly accessible."),
    ("aws_db_instance", "storage_encrypted", "{0} == true", "{1} must be encrypted."),
    ("aws_subnet", "map_public_ip_on_launch", "{0} == false", "{1} must not assign public IP addresses."),
    ("aws_ecr_repository", "image_tag_mutability", '{0} == "IMMUTABLE"', "{1} must have immutable tags."),
    (
        "aws_lb_target_group",
        "target_type",
        '{0} == "ip"',
        "{1} must have target_type ip, which Fargate requires.",
    ),
    (
        "aws_ecs_task_definition",
        "network_mode",
        '{0} == "awsvpc"',
        "{1} must have network_mode awsvpc, which Fargate requires.",
    ),
    ("aws_cloudwatch_log_group", "retention_in_days", "{0} > 0", "{1} must have a log retention."),
    ("aws_lb", "drop_invalid_header_fields", "{0} == true", "{1} must drop invalid header fields."),
    (
        "aws_ecs_service",
        "deployment_circuit_breaker",
        "{0}[0].enable && {0}[0].rollback",
        "{1} must have a circuit breaker with rollback.",
    ),
)
"""Type, argument, condition over it, and what is broken where it does not hold; asserted where the stack says so itself."""


class Assertion(Struct, frozen=True):
    """One `assert` block; the condition is Terraform's language, the message plain text."""

    condition: str
    message: str


def assertions(graph: Graph) -> list[Assertion]:
    """All assertions about a stack, by address."""
    managed = [resource for resource in graph.resources.values() if resource.mode == "resource"]
    return [
        assertion
        for resource in managed
        for assertion in (*_promises(resource), *_lengths(resource), *_flows(resource))
    ]


def _promises(resource: Resource) -> Iterator[Assertion]:
    for kind, attribute, condition, message in _PROMISES:
        given = resource.attributes.get(attribute)
        if (
            resource.type != kind
            or given is None
            or (attribute == "deployment_circuit_breaker" and not _rolls_back(given))
        ):
            continue
        yield Assertion(condition.format(f"{resource.address}.{attribute}"), message.format("", resource.address))


def _rolls_back(blocks: object) -> bool:
    return isinstance(blocks, list) and bool(blocks[0].get("enable"))


def _lengths(resource: Resource) -> Iterator[Assertion]:
    for limit, name in resource_names(resource):
        attribute = limit.attribute.split(" ")[0]
        if isinstance(resource.attributes.get(attribute), str):
            subject = f"{resource.address}.{attribute}"
            condition = f"{subject} == {quoted(name)} && length({subject}) <= {limit.max_chars}"
            yield Assertion(
                condition, f"{resource.address} must keep its name, with at most {limit.max_chars} characters."
            )


def _flows(resource: Resource) -> Iterator[Assertion]:
    """What the VPC's own groups let in comes from groups; only a load balancer's rules name addresses."""
    if resource.type == "aws_vpc_security_group_ingress_rule" and "cidr_ipv4" not in resource.attributes:
        port = resource.attributes["from_port"]
        condition = f"{resource.address}.cidr_ipv4 == null && {resource.address}.from_port == {port}"
        yield Assertion(
            condition, f"{resource.address} must allow port {port} from a security group, not from IP ranges."
        )
