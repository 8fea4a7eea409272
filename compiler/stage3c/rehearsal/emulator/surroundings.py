"""What ECS asks before it starts a container, answered by moto's own stores: the policies of a role, secrets and log groups."""

import json
from collections.abc import Iterator
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.iam.models import iam_backends
from moto.logs.models import logs_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.utilities.utils import get_partition

from stage3c.graph import Graph, Json
from stage3c.rehearsal.agent.secret_references import Reference
from stage3c.rehearsal.agent.start import Surroundings
from stage3c.views.statements import Statement, managed, statements_of


def surroundings(account: str, region: str, role_arn: str) -> Surroundings:
    """What tasks with this execution role find."""
    partition, role = get_partition(region), role_arn.rpartition("/")[2]
    return Surroundings(
        role=role,
        statements=tuple(_statements(account, partition, role)),
        partition=partition,
        account=account,
        secret=lambda reference: _value(account, region, reference),
        has_log_group=lambda name: name in logs_backends[account][region].groups,
    )


def _statements(account: str, partition: str, role: str) -> Iterator[Statement]:
    """Of inline and attached policies; one that cannot be read grants nothing."""
    found = next((each for each in iam_backends[account][partition].roles.values() if each.name == role), None)
    if found is None:
        return
    for name, document in found.policies.items():
        yield from _read(document, name)
    for arn, policy in found.managed_policies.items():
        known = managed(arn)
        yield from known if known is not None else _read(_text(policy), arn)


def _text(policy: Any) -> Any:
    return next(each.document for each in policy.versions if each.is_default)


def _read(document: Any, name: str) -> tuple[Statement, ...]:
    whole = json.loads(document) if isinstance(document, str) else document
    return statements_of(Graph({}), Json(whole), name) or ()


def _value(account: str, region: str, reference: Reference) -> str | None:
    backend = secretsmanager_backends[account][region]
    try:
        told = backend.get_secret_value(reference.arn, reference.version or None, reference.stage or None)  # type: ignore[arg-type] # moto has both optional
    except JsonRESTError:
        return None
    return str(told["SecretString"]) if "SecretString" in told else None
