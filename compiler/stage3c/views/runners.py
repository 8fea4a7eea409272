"""Whatever runs tasks, as services do: services themselves, and task definitions that an output says how to run.

An output in the form of `aws ecs run-task --cli-input-json` says in which subnets and security groups a task runs without a
service: a job. A task definition that nothing of the configuration runs stands in `idle_tasks`: where it runs is unknown.
"""

from collections.abc import Iterator, Mapping

from stage3c.graph import Graph, Resource, Value
from stage3c.views.services import Service, services
from stage3c.views.tasks import Block, tasks


def runners(graph: Graph) -> Mapping[str, Service]:
    """The services of a graph, then its jobs, by the address of the service, or of the job's task definition."""
    return graph.derived(_runners)


def idle_tasks(graph: Graph) -> Iterator[Resource]:
    """The task definitions that neither a service nor an output says how to run."""
    run = {runner.task.resource.address for runner in runners(graph).values() if runner.task}
    yield from (task.resource for address, task in tasks(graph).items() if address not in run)


def _runners(graph: Graph) -> Mapping[str, Service]:
    return {**services(graph), **{job.resource.address: job for job in _jobs(graph)}}


def _jobs(graph: Graph) -> Iterator[Service]:
    for output in graph.outputs.values():
        definition = graph.target(_member(output.value, "taskDefinition"))
        task = tasks(graph).get(definition.address) if definition else None
        interfaces = _member(_member(output.value, "networkConfiguration"), "awsvpcConfiguration")
        if task is not None and isinstance(interfaces, Mapping):
            yield Service(task.resource, task, (), (), (_as_block(interfaces),))


def _member(value: Value, key: str) -> Value:
    return value.get(key) if isinstance(value, Mapping) else None


def _as_block(interfaces: Block) -> Block:
    """The network of a run as that of a service is written."""
    public = interfaces.get("assignPublicIp", "DISABLED")
    return {
        "subnets": interfaces.get("subnets"),
        "security_groups": interfaces.get("securityGroups"),
        "assign_public_ip": {"ENABLED": True, "DISABLED": False}.get(public, public)
        if isinstance(public, str)
        else public,
    }
