"""All extensions together, for the server and for an emulator inside a test's own process."""

from functools import cache

from tests.moto_server import budgets, ec2, ecr, ecs, iam, rds, s3, scaling, service_quotas


@cache
def extend_all() -> None:
    """Extend moto in this process, once."""
    for service in (budgets, ec2, ecr, ecs, iam, rds, s3, scaling, service_quotas):
        service.extend()
