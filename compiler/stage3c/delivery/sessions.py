"""Sessions in a running task: a shell, or a port that leads to a database. Makes command lines of the AWS CLI, as lists of words.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html and
https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-sessions-start.html (from memory)
"""

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from stage3c.delivery.causes import name_of
from stage3c.delivery.databases import instance_name, instance_of, secret_of
from stage3c.delivery.running import cluster_of, container_of, deployed, known, service_of, short
from stage3c.diagnostics import clip
from stage3c.live.account import Account, FindingError, LiveError
from stage3c.pipeline import Build
from stage3c.wording import listed

_TASKS_AT_ONCE: Final = 100
_AGENT: Final = "ExecuteCommandAgent"
_FORWARD: Final = "AWS-StartPortForwardingSessionToRemoteHost"
_LOCAL_OFFSET: Final = 10_000
"""A database on 5432 is reached on 15432, so that a local one is not in the way."""
_SHELL: Final = ("/bin/sh",)


@dataclass(frozen=True, slots=True)
class Forwarding:
    """A way to a database: the command that opens it, and what is at its end."""

    command: tuple[str, ...]
    host: str
    local_port: int
    database: str
    secret: str
    """Name or ARN of the secret with the credentials; empty if it is not known."""


def shell(
    account: Account, build: Build, key: str, words: Sequence[str] = (), task: str | None = None
) -> tuple[str, ...]:
    """The command that runs something in a task of a service."""
    service_of(build, key)
    _require_exec(build, [key], f"services.{key}")
    chosen = _task(account, build, key, task)
    return (
        *("aws", "ecs", "execute-command", "--cluster", cluster_of(build), "--task", short(str(chosen["taskArn"]))),
        *("--container", container_of(build, key), "--interactive", "--command", shlex.join(words or _SHELL)),
        *_where(account),
    )


def forwarding(account: Account, build: Build, key: str, service: str | None, local_port: int | None) -> Forwarding:
    """The command that forwards a local port to a database, through a task that may reach it."""
    database = build.stack.databases[known(key, build.stack.databases, "database")]
    through = _through(build, key, service)
    chosen = _task(account, build, through, None)
    instance = _instance(account, build, key)
    host, port = str(instance["Endpoint"]["Address"]), int(instance["Endpoint"]["Port"])
    local = local_port or port + _LOCAL_OFFSET
    runtime = next(
        str(each["runtimeId"]) for each in chosen["containers"] if each["name"] == container_of(build, through)
    )
    target = f"ecs:{cluster_of(build)}_{short(str(chosen['taskArn']))}_{runtime}"
    parameters = {"host": [host], "portNumber": [str(port)], "localPortNumber": [str(local)]}
    command = (
        *("aws", "ssm", "start-session", "--target", target, "--document-name", _FORWARD),
        *("--parameters", json.dumps(parameters), *_where(account)),
    )
    assert build.graph is not None
    secret = name_of(build.graph, f"aws_secretsmanager_secret.{key}") or secret_of(instance)
    return Forwarding(command, host, local, database.database_name or "postgres", secret)


def _where(account: Account) -> tuple[str, ...]:
    endpoint = ("--endpoint-url", account.endpoint_url) if account.endpoint_url else ()
    return ("--region", account.region, *endpoint)


def _require_exec(build: Build, keys: Sequence[str], what: str) -> None:
    """Raise FindingError unless one of these services has `exec: true`."""
    if not any(build.stack.services[key].exec for key in keys):
        span = build.document.span(("services", keys[0]), key=True)
        cause = f"no session can be opened in the tasks of {what} ({span.file}:{span.line}): exec is false."
        lines = "`exec: true`" + (
            " and `read_only_root: false`" if build.stack.services[keys[0]].read_only_root else ""
        )
        fix = f"write {lines} under services.{keys[0]}, then stage3c build SPEC && terraform -chdir=FOLDER apply"
        raise FindingError(cause, fix)


def _through(build: Build, key: str, service: str | None) -> str:
    """The service whose task reaches a database and allows sessions."""
    services = build.stack.services
    if service is not None:
        service_of(build, service)
    users = [each for each in services if key in services[each].uses and service in (None, each)]
    if not users:
        cause = f"{f'service {service}' if service else 'no service'} uses database {key}, so no task can reach it."
        others = [each for each in services if key in services[each].uses]
        raise LiveError(cause, f"use --service {others[0]}." if others else f"write `uses: [{key}]` under a service.")
    _require_exec(build, users, listed([f"services.{each}" for each in users]))
    return next(each for each in users if services[each].exec)


def _task(account: Account, build: Build, key: str, wanted: str | None) -> Mapping[str, Any]:
    """A running task that accepts sessions, the youngest first."""
    cluster, name = cluster_of(build), service_of(build, key)
    service = deployed(account, build, key)
    asked = {"cluster": cluster, "serviceName": name, "desiredStatus": "RUNNING"}
    arns = [str(arn) for arn in account.all("ecs.list_tasks", "taskArns", **asked)]
    tasks = account.ask("ecs.describe_tasks", cluster=cluster, tasks=arns[:_TASKS_AT_ONCE])["tasks"] if arns else []
    running = [each for each in tasks if each.get("lastStatus") == "RUNNING"]
    if wanted is not None:
        running = [each for each in running if short(str(each["taskArn"])).startswith(wanted)]
    if not running:
        what = f"no task {clip(wanted)} of {name} is running." if wanted else f"no task of {name} is running."
        raise LiveError(what, "stage3c status SPEC shows why.")
    ready = [
        each for each in running if each.get("enableExecuteCommand") and _agent_runs(each, container_of(build, key))
    ]
    if not ready:
        is_enabled = bool(service.get("enableExecuteCommand"))
        cause = f"the tasks of {name} accept no sessions: they were started before exec was enabled, or their agent is down."
        again = ("aws", "ecs", "update-service", "--cluster", cluster, "--service", name, "--force-new-deployment")
        raise LiveError(
            cause, shlex.join([*again, *_where(account)]) if is_enabled else "terraform -chdir=FOLDER apply"
        )
    return max(ready, key=lambda each: str(each.get("startedAt", "")))


def _agent_runs(task: Mapping[str, Any], container: str) -> bool:
    agents = (
        agent
        for each in task.get("containers", [])
        if each.get("name") == container
        for agent in each.get("managedAgents", [])
    )
    return any(agent.get("name") == _AGENT and agent.get("lastStatus") == "RUNNING" for agent in agents)


def _instance(account: Account, build: Build, key: str) -> Mapping[str, Any]:
    instance = instance_of(account, build, key)
    if not instance.get("Endpoint"):
        cause = f"database {instance_name(build, key)} does not exist, or has no address yet."
        raise LiveError(cause, "terraform -chdir=FOLDER apply")
    return instance
