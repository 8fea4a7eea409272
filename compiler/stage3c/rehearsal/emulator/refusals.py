"""What AWS refuses to delete while something uses it, where moto deletes it: one guard each, with the page that says so.

All pages were read on 2026-11-28.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from moto.acm.models import AWSCertificateManagerBackend, CertBundle
from moto.core.exceptions import JsonRESTError
from moto.ecs.exceptions import ECSException
from moto.ecs.models import EC2ContainerServiceBackend
from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend, elbv2_backends
from moto.rds.exceptions import RDSClientError
from moto.rds.models import RDSBackend

Guard = Callable[..., str]
Refuse = Callable[[str, str], Exception]


def refuse_while(kind: Any, name: str, code: str, guard: Guard, refuse: Refuse) -> None:
    """Let an operation raise `code` for as long as the guard, given the same arguments, has a reason."""
    do = getattr(kind, name)

    @wraps(do)
    def unless_used(backend: Any, *arguments: Any, **named: Any) -> Any:
        reason = guard(backend, *arguments, **named)
        if reason:
            raise refuse(code, reason)
        return do(backend, *arguments, **named)

    setattr(kind, name, unless_used)


def extend() -> None:
    """Refuse what AWS refuses."""
    refuse_while(ELBv2Backend, "delete_load_balancer", "OperationNotPermitted", _is_protected, ELBClientError)
    refuse_while(AWSCertificateManagerBackend, "delete_certificate", "ResourceInUseException", _listens, JsonRESTError)
    _tell_the_users_of_certificates()
    refuse_while(
        EC2ContainerServiceBackend, "delete_cluster", "ClusterContainsServicesException", _has_services, ECSException
    )
    refuse_while(
        EC2ContainerServiceBackend, "delete_cluster", "ClusterContainsTasksException", _has_tasks, ECSException
    )
    refuse_while(RDSBackend, "delete_subnet_group", "InvalidDBSubnetGroupStateFault", _has_instances, RDSClientError)
    refuse_while(
        RDSBackend, "delete_db_parameter_group", "InvalidDBParameterGroupState", _has_parameters, RDSClientError
    )


def _is_protected(backend: Any, arn: str) -> str:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteLoadBalancer.html."""
    balancer = backend.load_balancers.get(arn)
    protected = balancer is not None and balancer.attrs.get("deletion_protection.enabled") == "true"
    return f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled" if protected else ""


def _listens(backend: Any, arn: str) -> str:
    """https://docs.aws.amazon.com/acm/latest/APIReference/API_DeleteCertificate.html."""
    users = _balancers_with(backend.account_id, backend.region_name, arn)
    return f"Certificate {arn} is in use by {', '.join(users)}" if users else ""


def _tell_the_users_of_certificates() -> None:
    """`InUseBy`, https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateDetail.html."""
    describe = CertBundle.describe

    def describe_with_users(bundle: Any) -> dict[str, Any]:
        _, _, _, region, account, _ = bundle.arn.split(":", 5)
        bundle.in_use_by = _balancers_with(account, region, bundle.arn)
        return describe(bundle)

    CertBundle.describe = describe_with_users  # type: ignore[method-assign,assignment] # an extension


def _balancers_with(account: str, region: str, certificate: str) -> list[str]:
    balancers = elbv2_backends[account][region].load_balancers
    return [
        arn
        for arn, balancer in balancers.items()
        if any(certificate in str(listener.certificates) for listener in balancer.listeners.values())
    ]


def _has_services(backend: Any, cluster_str: str) -> str:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html."""
    name = cluster_str.rpartition("/")[2]
    there = [
        each for pair, each in backend.services.items() if pair.startswith(f"{name}:") and each.status != "INACTIVE"
    ]
    return "The Cluster cannot be deleted while Services are active." if there else ""


def _has_tasks(backend: Any, cluster_str: str) -> str:
    """The same page."""
    there = backend.tasks.get(cluster_str.rpartition("/")[2], {}).values()
    running = [each for each in there if each.last_status != "STOPPED"]
    return "The Cluster cannot be deleted while Tasks are active." if running else ""


def _has_instances(backend: Any, subnet_name: str) -> str:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBSubnetGroup.html."""
    using = [
        name
        for name, each in backend.databases.items()
        if each.db_subnet_group and each.db_subnet_group.name == subnet_name
    ]
    return f"Cannot delete the subnet group '{subnet_name}' because it is in use by {using[0]}." if using else ""


def _has_parameters(backend: Any, db_parameter_group_name: str) -> str:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBParameterGroup.html."""
    name = db_parameter_group_name
    using = [each for each in backend.databases.values() if each.db_parameter_group_name == name]
    return "One or more database instances are still members of this parameter group." if using else ""
