"""The two specs that the tests of resources compile: the reference, and the rules' example with something laid over it."""

from typing import Any

from stage3c.graph import Graph, Json, Resource, Value
from stage3c.language.model.stack import Stack
from stage3c.language.source import overlay, plain, read
from stage3c.resources.stack import compile_stack

from tests.conftest import ROOT

REFERENCE = ROOT / "specs" / "stage3v3.yaml"
EXAMPLE = ROOT / "compiler" / "stage3c" / "rules" / "example.yaml"


def reference(over: str = "") -> Stack:
    """The reference stack, with YAML laid over it."""
    return _stack(REFERENCE.read_bytes(), over)


def example(over: str = "") -> Stack:
    """The rules' example, with YAML laid over it."""
    return _stack(EXAMPLE.read_bytes(), over)


def compiled(over: str = "") -> Graph:
    """What the overlaid example becomes."""
    return compile_stack(example(over))


def document(resource: Resource, attribute: str) -> Any:
    """The document that an attribute holds as JSON text."""
    value = resource.attributes[attribute]
    assert isinstance(value, Json)
    return value.value


def container(graph: Graph, service: str) -> dict[str, Any]:
    """The one container of a service's task definition."""
    found: dict[str, Any] = document(graph.resources[f"aws_ecs_task_definition.{service}"], "container_definitions")[0]
    return found


def statements(graph: Graph, service: str, kind: str) -> dict[str, Any]:
    """The statements of a role's policy by their ids; none where there is no policy."""
    policy = graph.resources.get(f"aws_iam_role_policy.{service}_{kind}")
    return {s["Sid"]: s for s in document(policy, "policy")["Statement"]} if policy else {}


def attributes(graph: Graph, address: str) -> dict[str, Value]:
    """What a resource is given."""
    return dict(graph.resources[address].attributes)


def _stack(text: bytes, over: str) -> Stack:
    base, faults = read(text, "spec.yaml")
    assert base, faults
    above, faults = read(over.encode(), "overlay.yaml") if over else (base, [])
    assert above, faults
    return Stack.model_validate(plain(overlay(base.root, above.root)))
