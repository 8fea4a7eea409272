"""Types that the AWS provider has under two names: after reading, each has one.

`aws_alb` and its relatives "are known as" `aws_lb`, with identical arguments:
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lb (2026-11-28).
"""

from typing import Final

from msgspec.structs import replace

from stage3c.graph import Resource

_PARTS: Final = (
    "", "_listener", "_listener_certificate", "_listener_rule", "_target_group", "_target_group_attachment",
)  # fmt: skip
_REAL: Final = {f"aws_alb{part}": f"aws_lb{part}" for part in _PARTS}


def real_type(kind: str) -> str:
    """The name by which the rest of the program knows a type: `aws_alb` -> `aws_lb`."""
    return _REAL.get(kind, kind)


def names_of(kind: str) -> tuple[str, ...]:
    """Every name of a type, its real one first."""
    return (kind, *(alias for alias, real in _REAL.items() if real == kind))


def of_real_type(resource: Resource) -> Resource:
    """A resource under its type's real name; its address stays as it was written, and so do references to it."""
    real = real_type(resource.type)
    return resource if real == resource.type else replace(resource, type=real, written_type=resource.type)
