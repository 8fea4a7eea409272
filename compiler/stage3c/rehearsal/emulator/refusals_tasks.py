"""What ECS refuses to make, where moto makes it: task definitions and services.

The messages and pages are those of the public reports that each guard names, read on 2026-11-28.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from moto.ecs.exceptions import ECSException
from moto.ecs.models import EC2ContainerServiceBackend
from moto.elbv2.models import elbv2_backends

from stage3c.aws.facts import load
from stage3c.rehearsal.emulator.refusals import refuse_while

_CLIENT, _PARAMETER = "ClientException", "InvalidParameterException"


def extend() -> None:
    """Refuse what AWS refuses."""
    kind = EC2ContainerServiceBackend
    for definition_guard in (_has_no_size, _is_over_the_task, _shares_a_name):
        refuse_while(kind, "register_task_definition", _CLIENT, definition_guard, ECSException)
    for service_guard in (_has_no_such_port, _has_other_targets, _has_no_listener, _exists):
        refuse_while(kind, "create_service", _PARAMETER, service_guard, ECSException)


def _has_no_size(
    _backend: Any,
    _family: str,
    _containers: Any,
    *,
    requires_compatibilities: Any = (),
    cpu: Any,
    memory: Any,
    **_: Any,
) -> str:
    """https://github.com/towardsthecloud/aws-cdk-examples/issues/1."""
    units, mebibytes = str(cpu or ""), str(memory or "")
    if "FARGATE" not in (requires_compatibilities or ()) or not units.isdecimal() or not mebibytes.isdecimal():
        return ""
    if int(mebibytes) in load("fargate")["memory_mib_by_cpu"].get(units, ()):
        return ""
    return f"No Fargate configuration exists for given values: {units} CPU, {mebibytes} memory."


def _is_over_the_task(_backend: Any, _family: str, containers: Any, *, memory: Any = None, **_: Any) -> str:
    """https://github.com/pulumi/pulumi-awsx/issues/1220."""
    if not str(memory or "").isdecimal():
        return ""
    over = (each["name"] for each in containers if int(each.get("memory") or 0) > int(memory))
    return next((f"The 'memory' setting for container '{name}' is greater than for the task." for name in over), "")


def _shares_a_name(_backend: Any, _family: str, containers: Any, **_: Any) -> str:
    """https://github.com/dagster-io/dagster/issues/11622."""
    shared = any(_names(each, "secrets") & _names(each, "environment") for each in containers)
    told = "The secret name must be unique and not shared with any new or existing environment variables set on the "
    return f"{told}container" if shared else ""


def _names(container: Mapping[str, Any], what: str) -> set[str]:
    return {each["name"] for each in container.get(what) or ()}


def _has_no_such_port(
    backend: Any, _cluster: Any, _name: Any, _count: Any, definition: Any, balancers: Any, *_: Any, **__: Any
) -> str:
    """https://github.com/pulumi/pulumi-awsx/issues/1172."""
    containers = backend.describe_task_definition(definition).container_definitions if balancers else ()
    for each in balancers or ():
        ports = _ports(containers, each.get("containerName"))
        if int(each.get("containerPort") or 0) not in ports:
            name, port = each.get("containerName"), each.get("containerPort")
            return f"The container {name} did not have a container port {port} defined."
    return ""


def _ports(containers: Iterable[Mapping[str, Any]], name: Any) -> set[int]:
    return {
        int(port["containerPort"])
        for each in containers
        for port in each.get("portMappings") or ()
        if each["name"] == name
    }


def _has_other_targets(
    backend: Any, _cluster: Any, _name: Any, _count: Any, definition: Any, balancers: Any, *_: Any, **__: Any
) -> str:
    """https://github.com/hashicorp/terraform-provider-aws/issues/11723."""
    for arn, group in _groups(backend, balancers):
        mode = backend.describe_task_definition(definition).network_mode
        if mode == "awsvpc" and group.target_type == "instance":
            told = f"The provided target group {arn} has target type instance, which is incompatible with the awsvpc"
            return f"{told} network mode specified in the task definition."
    return ""


def _has_no_listener(
    backend: Any, _cluster: Any, _name: Any, _count: Any, _definition: Any, balancers: Any, *_: Any, **__: Any
) -> str:
    """https://github.com/hashicorp/terraform/issues/32908; a listener that only redirects does not count."""
    elbv2 = elbv2_backends[backend.account_id][backend.region_name]
    for arn, _group in _groups(backend, balancers):
        if not any(arn in str(listener) for listener in _actions(elbv2)):
            return f"The target group with targetGroupArn {arn} does not have an associated load balancer."
    return ""


def _actions(elbv2: Any) -> Iterable[Any]:
    """What every listener does, with its default rule, as data."""
    for balancer in elbv2.load_balancers.values():
        for listener in balancer.listeners.values():
            yield [action.data for rule in listener.rules.values() for action in rule.actions]


def _groups(backend: Any, balancers: Any) -> Iterable[tuple[str, Any]]:
    """The target groups of a service that exist."""
    elbv2 = elbv2_backends[backend.account_id][backend.region_name]
    arns = (str(each.get("targetGroupArn")) for each in balancers or ())
    return ((arn, elbv2.target_groups[arn]) for arn in arns if arn in elbv2.target_groups)


def _exists(backend: Any, cluster: Any, name: Any, *_: Any, **__: Any) -> str:
    """https://github.com/hashicorp/terraform-provider-aws/issues/14168."""
    there = backend.services.get(f"{str(cluster).rpartition('/')[2]}:{name}")
    return "Creation of service was not idempotent." if there is not None and there.status == "ACTIVE" else ""
