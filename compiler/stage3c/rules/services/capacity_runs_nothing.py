"""Capacity providers have no weight or two bases."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Add up weights and count bases."""
    for name, service in stack.services.items():
        shares, path = service.capacity.values(), ("services", name, "capacity")
        if shares and not any(share.weight for share in shares):
            yield Finding(f"every capacity provider of services.{name} has weight 0.", "write `weight: 1`.", path)
        if sum(share.base > 0 for share in shares) > 1:
            yield Finding(f"two capacity providers of services.{name} have a base.", "remove one `base`.", path)


RULE = Rule(
    id="SVC109",
    title="Capacity providers have no weight or two bases",
    what="All capacity providers of a service have weight 0, or more than one has a base.",
    why="AWS rejects a strategy without a weight or with two bases.",
    fix="Write `weight: 1` for one provider, and a `base` for at most one.",
    source="botocore ecs CreateService.capacityProviderStrategy",
    bad="services: {web: {capacity: {fargate: {weight: 0}}}}",
    good="services: {web: {capacity: {fargate: {base: 1}, fargate_spot: {weight: 3}}}}",
    check_spec=check,
)
