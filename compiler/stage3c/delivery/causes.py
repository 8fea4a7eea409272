"""Why a deployed stack does not work: what ECS, ELB and the logs say of each service, compared with the spec.

`look` asks AWS; `causes` is pure.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from msgspec import Struct, field

from stage3c.aws.kinds.kind import Aws, Refused, Unanswered
from stage3c.delivery.explanations import as_sentence
from stage3c.delivery.known_failures import CLASS, explain
from stage3c.diagnostics import Path
from stage3c.disclosure import masked
from stage3c.graph import Graph
from stage3c.pipeline import Build
from stage3c.views.tasks import task

_STOPPED_MAX: Final = 10
_EVENTS_MAX: Final = 15
_LOG_EVENTS_MAX: Final = 500
_LOG_SECONDS: Final = 900
_REASON_MAX_CHARS: Final = 200


class Seen(Struct, frozen=True):
    """What AWS says of one service."""

    key: str
    service: dict[str, Any] | None = None
    """As `describe_services` gives it; None if it does not exist."""
    containers: tuple[dict[str, Any], ...] = ()
    """The containers of the task definition that is deployed."""
    targets: tuple[tuple[str, str], ...] = ()
    """State and description of each target that is not healthy."""
    messages: tuple[str, ...] = ()
    """Events of the service, reasons of stopped tasks, and lines of the log."""
    unanswered: tuple[str, ...] = field(default=())
    """What could not be asked."""


def look(aws: Aws, build: Build) -> list[Seen]:
    """Ask about every service of a stack; a question that is not answered costs nothing else."""
    assert build.graph is not None
    return [_seen(aws, build.graph, key) for key in build.stack.services]


def causes(seen: Sequence[Seen], build: Build) -> list[str]:
    """Sentences about what is wrong, each with its line of the spec; the most specific first for each service."""
    return list(dict.fromkeys(sentence for each in seen for sentence in _of_service(each, build)))


def name_of(graph: Graph, address: str, attribute: str = "name") -> str:
    """The AWS name that a resource is given; empty if there is no such resource."""
    found = graph.resources.get(address)
    return str(found.attributes.get(attribute, "")) if found else ""


def _seen(aws: Aws, graph: Graph, key: str) -> Seen:
    missing: list[str] = []

    def ask(question: Callable[[], Any], otherwise: Any) -> Any:  # noqa: ANN401 - what AWS answers
        try:
            return question()
        except Unanswered as reason:
            if not isinstance(reason, Refused) or reason.is_denied:
                missing.append(str(reason))
            return otherwise

    cluster, name = name_of(graph, "aws_ecs_cluster.main"), name_of(graph, f"aws_ecs_service.{key}")
    found = ask(lambda: aws.ask("ecs.describe_services", cluster=cluster, services=[name])["services"], None)
    if found is None:
        return Seen(key, {}, unanswered=tuple(missing)) if missing else Seen(key)
    service = next((each for each in found if each.get("status") == "ACTIVE"), None)
    if service is None:
        return Seen(key)
    stopped = ask(lambda: _stopped(aws, cluster, name), [])
    logged = ask(lambda: _logged(aws, name_of(graph, f"aws_cloudwatch_log_group.service_{key}")), [])
    events = [str(event.get("message", "")) for event in service.get("events", [])[:_EVENTS_MAX]]
    definition = str(service.get("taskDefinition", ""))
    containers = ask(lambda: _containers(aws, definition), [])
    targets = ask(lambda: list(_targets(aws, service.get("loadBalancers", []))), [])
    marked = [f"(service {name}) {text}" for text in [*stopped, *logged] if text]  # as ECS marks its events
    messages = (*marked, *filter(None, events))
    return Seen(key, service, tuple(containers), tuple(targets), messages, tuple(missing))


def _stopped(aws: Aws, cluster: str, name: str) -> list[str]:
    arns = aws.ask("ecs.list_tasks", cluster=cluster, serviceName=name, desiredStatus="STOPPED")["taskArns"]
    if not arns:
        return []
    tasks = aws.ask("ecs.describe_tasks", cluster=cluster, tasks=arns[:_STOPPED_MAX])["tasks"]
    reasons = [[each.get("stoppedReason"), *_exits(each.get("containers", []))] for each in tasks]
    return [" ".join(str(part) for part in parts if part) for parts in reasons]


def _exits(containers: Sequence[dict[str, Any]]) -> Iterator[str]:
    for container in containers:
        yield str(container.get("reason") or "")
        if container.get("exitCode"):
            yield f"exit code: {container['exitCode']}"


def _containers(aws: Aws, definition: str) -> list[dict[str, Any]]:
    answer = aws.ask("ecs.describe_task_definition", taskDefinition=definition)
    return list(answer["taskDefinition"].get("containerDefinitions", []))


def _targets(aws: Aws, balancers: Sequence[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for balancer in balancers:
        answer = aws.ask("elbv2.describe_target_health", TargetGroupArn=balancer["targetGroupArn"])
        for health in (each["TargetHealth"] for each in answer["TargetHealthDescriptions"]):
            if health["State"] not in ("healthy", "draining"):
                yield health["State"], " ".join(filter(None, (health.get("Reason"), health.get("Description"))))


def _logged(aws: Aws, group: str) -> list[str]:
    since = int((time.time() - _LOG_SECONDS) * 1000)
    answer = aws.ask("logs.filter_log_events", logGroupName=group, startTime=since, limit=_LOG_EVENTS_MAX)
    return [str(event.get("message", "")) for event in answer.get("events", [])]


def _of_service(seen: Seen, build: Build) -> Iterator[str]:
    path: Path = ("services", seen.key)
    yield from (f"services.{seen.key} could not be looked at completely: {reason}." for reason in seen.unanswered[:1])
    if seen.service is None:
        yield _sentence(f"the ECS service of services.{seen.key} does not exist; apply the stack", path, build)
        return
    yield from _known(seen, build)
    yield from _deployment(seen, build)
    for state, description in dict.fromkeys(seen.targets):
        what = f"a target of services.{seen.key} is {state}{f': {masked(description)}' if description else ''}"
        yield _sentence(what, (*path, "health", "ready"), build)
    yield from _differences(seen, build)


def _known(seen: Seen, build: Build) -> Iterator[str]:
    """Known failures in the messages of a service; what a program logs of its users is in no class."""
    for explanation in explain("\n\n".join(seen.messages)):
        if explanation.failure.general < CLASS:
            yield as_sentence(explanation, build, f"services.{seen.key}")


def _deployment(seen: Seen, build: Build) -> Iterator[str]:
    """A deployment that failed, and tasks that are missing."""
    assert seen.service is not None
    path: Path = ("services", seen.key)
    for deployment in seen.service.get("deployments", []):
        if deployment.get("rolloutState") == "FAILED":
            reason = masked(str(deployment.get("rolloutStateReason", "")))[:_REASON_MAX_CHARS]
            what = f"deployment {deployment.get('id')} of services.{seen.key} failed: {reason}"
            yield _sentence(what, (*path, "deployment"), build)
    running, desired = seen.service.get("runningCount", 0), seen.service.get("desiredCount", 0)
    if running < desired:
        yield _sentence(f"services.{seen.key} runs {running} of {desired} tasks", path, build)


def _differences(seen: Seen, build: Build) -> Iterator[str]:
    """What is deployed and is not what the spec says: a rollback, or a change that was not applied."""
    assert build.graph is not None
    spec = build.stack.services[seen.key]
    definition = build.graph.resources[f"aws_ecs_task_definition.{seen.key}"]
    written = {container.label: container for container in task(definition).containers}
    for container in seen.containers:
        own = written.get(str(container.get("name")))
        if own is None:
            continue
        image = str(container.get("image", ""))
        wanted = spec.image or f":{spec.tag}"
        if not (image == wanted if spec.image else image.endswith(wanted)):
            what = f"services.{seen.key} runs the image {image}, the spec says {wanted.removeprefix(':')}"
            yield _sentence(what, ("services", seen.key, "image" if spec.image else "tag"), build)
        yield from _variables(seen.key, container, own.written, build)
        ports = {each.get("containerPort") for each in container.get("portMappings", [])}
        if spec.port is not None and spec.port not in ports:
            what = f"services.{seen.key} has no port {spec.port} in the deployed task definition"
            yield _sentence(what, ("services", seen.key, "port"), build)


def _variables(key: str, deployed: dict[str, Any], written: Any, build: Build) -> Iterator[str]:  # noqa: ANN401 - a container's arguments
    for section in ("environment", "secrets"):
        wanted = {str(each["name"]) for each in written.get(section) or []}
        there = {str(each.get("name")) for each in deployed.get(section, [])}
        for name in sorted(wanted - there):
            what = f"variable {name} of services.{key} is not deployed"
            yield _sentence(what, ("services", key, section), build)


def _sentence(what: str, path: Path, build: Build) -> str:
    span = build.document.span(path)
    return f"{what} ({span.file}:{span.line})."
