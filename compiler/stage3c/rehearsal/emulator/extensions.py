"""All extensions together, for the server and for an emulator inside a test's own process."""

from functools import cache

from stage3c.rehearsal.emulator import (
    budgets,
    ec2,
    ecr,
    ecs,
    elbv2,
    iam,
    interfaces,
    rds,
    refusals,
    refusals_creation,
    refusals_network,
    refusals_tasks,
    repeats,
    rotation,
    s3,
    scaling,
    secret_ids,
    service_quotas,
    turns,
)

_SERVICES = (budgets, ec2, ecr, ecs, elbv2, iam, rds, rotation, s3, scaling, secret_ids, service_quotas)
_ALL_SERVICES = (interfaces, refusals, refusals_network, refusals_creation, refusals_tasks, repeats, turns)


@cache
def extend_all() -> None:
    """Extend moto in this process, once."""
    for service in (*_SERVICES, *_ALL_SERVICES):
        service.extend()
