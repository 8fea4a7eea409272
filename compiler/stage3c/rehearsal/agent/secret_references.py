"""`valueFrom` of a container: a secret, one key of it, a stage or a version. Pure.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html (2026-11-28)
"""

from typing import NamedTuple

_PARTS = 7
"""An ARN of a secret: arn:aws:secretsmanager:region:account:secret:name, before key, stage and version."""


class Reference(NamedTuple):
    """The ARN of a secret, and what is injected of it; empty parts: the whole value, AWSCURRENT."""

    arn: str
    key: str = ""
    stage: str = ""
    version: str = ""


def parsed(value_from: str) -> Reference | None:
    """Read a `valueFrom`; None if it does not name a secret of Secrets Manager."""
    parts = value_from.split(":")
    if len(parts) < _PARTS or parts[2] != "secretsmanager" or len(parts) > _PARTS + 3:
        return None
    more = [*parts[_PARTS:], "", "", ""]
    return Reference(":".join(parts[:_PARTS]), *more[:3])
