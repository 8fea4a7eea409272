"""Network interfaces of what AWS runs inside a network: load balancers, tasks and databases have one in each of their subnets.

They are how AWS knows what a security group or a subnet is used by,
https://docs.aws.amazon.com/vpc/latest/userguide/requester-managed-eni.html (2026-11-28).
"""

from collections.abc import Callable, Iterable
from typing import Any

from moto.ec2.models import ec2_backends
from moto.ecs.models import EC2ContainerServiceBackend
from moto.elbv2.models import ELBv2Backend
from moto.rds.models import RDSBackend

_BALANCER, _TASK, _DATABASE = "ELB", "arn:aws:ecs:", "RDSNetworkInterface"


def extend() -> None:
    """Make them with their owner, and let them go with it."""
    _around(ELBv2Backend, "create_load_balancer", _for_balancer)
    _around(ELBv2Backend, "delete_load_balancer", _without_balancer)
    _around(EC2ContainerServiceBackend, "create_service", _for_service)
    _around(EC2ContainerServiceBackend, "update_service", _for_service)
    _around(EC2ContainerServiceBackend, "delete_service", _for_service)
    _around(RDSBackend, "create_db_instance", _for_database)
    _around(RDSBackend, "delete_db_instance", _without_database)


def _around(kind: Any, name: str, then: Callable[[Any, Any, tuple[Any, ...], dict[str, Any]], None]) -> None:
    do = getattr(kind, name)

    def and_then(backend: Any, *arguments: Any, **named: Any) -> Any:
        answer = do(backend, *arguments, **named)
        then(backend, answer, arguments, named)
        return answer

    setattr(kind, name, and_then)


def _ec2(backend: Any) -> Any:
    return ec2_backends[backend.account_id][backend.region_name]


def _make(backend: Any, description: str, subnets: Iterable[str], groups: Iterable[str]) -> None:
    for subnet in subnets:
        interface = _ec2(backend).create_network_interface(subnet, "", group_ids=[*groups], description=description)
        interface.requester_managed, interface.status = True, "in-use"


def _drop(backend: Any, description: str) -> None:
    ec2 = _ec2(backend)
    for interface in [each for each in ec2.enis.values() if each.description == description]:
        ec2.enis.pop(interface.id)


def _for_balancer(backend: Any, made: Any, _arguments: Any, _named: Any) -> None:
    description = f"{_BALANCER} {made.arn.partition('loadbalancer/')[2]}"
    _make(backend, description, [each.id for each in made.subnets], made.security_groups)


def _without_balancer(backend: Any, _answer: Any, arguments: Any, named: Any) -> None:
    arn = str([*arguments, *named.values()][0])
    _drop(backend, f"{_BALANCER} {arn.partition('loadbalancer/')[2]}")


def _for_service(backend: Any, service: Any, _arguments: Any, _named: Any) -> None:
    """One for the tasks of a service in each subnet, for as long as it wants any."""
    description = f"{_TASK}{backend.region_name}:{backend.account_id}:attachment/{service.name}"
    _drop(backend, description)
    where = (service.network_configuration or {}).get("awsvpcConfiguration", {})
    if service.status == "ACTIVE" and service.desired_count > 0:
        _make(backend, description, where.get("subnets", []), where.get("securityGroups", []))


def _for_database(backend: Any, made: Any, _arguments: Any, _named: Any) -> None:
    group = getattr(made, "db_subnet_group", None)  # moto sets it where one is given alone
    if group is not None:
        groups = [each if isinstance(each, str) else each.id for each in made.vpc_security_group_ids]
        _make(backend, f"{_DATABASE} {made.db_instance_identifier}", [each.id for each in group._subnets][:1], groups)


def _without_database(backend: Any, answer: Any, _arguments: Any, _named: Any) -> None:
    _drop(backend, f"{_DATABASE} {answer.db_instance_identifier}")
