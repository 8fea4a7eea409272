"""The whole stack: every kind of thing, collected into one graph with its outputs, backend and provider."""

from collections.abc import Iterator
from itertools import chain
from types import MappingProxyType

from stage3c.graph import Graph, Origin, Output, Ref, Resource, Text, Value
from stage3c.language.model.stack import Stack
from stage3c.resources.access_logs import access_logs
from stage3c.resources.alarms import alarms
from stage3c.resources.autoscaling import autoscaling
from stage3c.resources.budget import budget
from stage3c.resources.cluster import cluster
from stage3c.resources.contract import base_address_of
from stage3c.resources.dashboard import dashboard
from stage3c.resources.databases import databases, has_own_credentials
from stage3c.resources.domain import domain
from stage3c.resources.endpoints import endpoints
from stage3c.resources.firewalls import firewalls
from stage3c.resources.flow_logs import flow_logs
from stage3c.resources.identity import identity
from stage3c.resources.jobs import jobs
from stage3c.resources.load_balancers import Kept, load_balancers
from stage3c.resources.logs import logs
from stage3c.resources.network import network
from stage3c.resources.repositories import repositories
from stage3c.resources.rotation import rotation
from stage3c.resources.secrets import secret_of, secrets
from stage3c.resources.services import services
from stage3c.resources.task_definitions import task_definitions

KINDS = (
    network, endpoints, flow_logs, firewalls, databases, secrets, repositories, cluster, logs, identity, task_definitions,
    services, rotation, autoscaling, access_logs, domain, alarms, dashboard, budget,
)  # fmt: skip


def compile_stack(stack: Stack, kept: Kept = MappingProxyType({})) -> Graph:
    """Make the graph of a stack that its rules have passed, with the priorities that an earlier build has chosen."""
    account = Resource("aws_caller_identity", "current", {}, Origin(), "data")
    resources = chain([account], *(kind(stack) for kind in KINDS), load_balancers(stack, kept))
    return Graph.of(resources, dict(_outputs(stack)), _backend(stack), _providers(stack), _variables(stack))


def state_key(stack: Stack) -> str:
    """Where in its bucket a stack keeps its state."""
    return stack.state.key or f"{stack.project}/{stack.environment}/terraform.tfstate"


def lock_table(stack: Stack) -> str:
    """The DynamoDB table that locks the state."""
    return stack.state.lock_table or f"{stack.project}-terraform-locks"


def state_region(stack: Stack) -> str:
    """The region of the state's bucket and lock table."""
    return stack.state.region or stack.region


def uses_lock_table(stack: Stack) -> bool:
    """Tell whether a DynamoDB table locks the state."""
    return stack.state.lock in ("dynamodb", "both")


def uses_lock_file(stack: Stack) -> bool:
    """Tell whether a file beside the state locks it."""
    return stack.state.lock in ("s3", "both")


def _backend(stack: Stack) -> dict[str, Value]:
    return {
        "bucket": stack.state.bucket,
        "key": state_key(stack),
        "region": state_region(stack),
        "encrypt": True,
        "dynamodb_table": lock_table(stack) if uses_lock_table(stack) else None,
        "use_lockfile": True if uses_lock_file(stack) else None,
    }


def default_tags(stack: Stack) -> dict[str, str]:
    """The tags that everything of a stack carries."""
    return {
        "Project": stack.project,
        "Environment": stack.environment,
        "Stack": stack.name,
        "ManagedBy": "stage3c",
        **stack.tags,
    }


def _providers(stack: Stack) -> list[dict[str, Value]]:
    settings: dict[str, Value] = {
        "region": stack.region,
        "allowed_account_ids": [stack.account] if stack.account else None,
    }
    main: dict[str, Value] = {**settings, "default_tags": [{"tags": dict(default_tags(stack))}]}
    return [main, {"alias": "ephemeral", **settings}] if has_own_credentials(stack) else [main]


def _variables(stack: Stack) -> dict[str, dict[str, Value]]:
    if not has_own_credentials(stack):
        return {}
    description = "Set by terraform test alone: a mocked provider has no ephemeral resources."
    return {"mocked": {"type": "bool", "default": False, "description": description}}


def _outputs(stack: Stack) -> Iterator[tuple[str, Output]]:
    yield "cluster", Output(Ref("aws_ecs_cluster.main", "name"), "The ECS cluster")
    for name, balancer in stack.load_balancers.items():
        yield f"{name}_load_balancer", Output(Ref(f"aws_lb.{name}", "dns_name"), f"DNS name of load balancer {name}")
        fronted = [
            key
            for key, service in stack.services.items()
            if service.load_balancer and service.load_balancer.name == name
        ]
        if balancer.scheme == "internet-facing" and fronted:
            yield f"{name}_url", Output(base_address_of(stack, fronted[0]), f"Where load balancer {name} answers")
    for name, service in stack.services.items():
        yield f"{name}_service", Output(Ref(f"aws_ecs_service.{name}", "name"), f"The ECS service {name}")
        if service.build:
            repository = Ref(f"aws_ecr_repository.{name}", "repository_url")
            yield f"{name}_repository", Output(repository, f"Where the images of {name} are pushed")
    yield from jobs(stack)
    for name, database in stack.databases.items():
        address = Text(Ref(f"aws_db_instance.{name}", "address"), f":{database.port}")
        yield f"{name}_database", Output(address, f"Host and port of database {name}")
    for name in (*stack.databases, *stack.secrets):
        yield f"{name}_secret", Output(secret_of(stack, name).arn, f"ARN of the secret {name}")
