"""Files that are something else than a spec: recognised by their own top-level keys, and answered with what to do.

Looks at the text alone, so that a file is recognised whose tags or templates a spec may not have.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct

from stage3c.diagnostics import Fault, Span

_SEARCHED_CHARS: Final = 200_000
_TOP_KEY: Final = re.compile(r"^['\"]?([A-Za-z$][\w.$-]{0,60})['\"]?[ ]*:", re.MULTILINE)
_HCL: Final = re.compile(
    r"^(?:resource|provider|terraform|variable|module|data|locals|output)[ \t]*(?:\"[^\"\n]{1,200}\"[ \t]*){0,2}\{",
    re.MULTILINE,
)
_COPILOT: Final = re.compile(
    r"^type:[ ]*['\"]?(Load Balanced Web Service|Backend Service|Request-Driven Web Service|Worker Service|Scheduled Job"
    r"|Static Site)",
    re.MULTILINE,
)
_DOCKERFILE: Final = re.compile(r"^FROM[ ]+\S+", re.MULTILINE)
_OF_COMPOSE: Final = re.compile(
    r"^[ ]+(?:ports|volumes|depends_on|container_name|env_file|restart|networks|image|build)[ ]*:", re.MULTILINE
)
_OF_A_SPEC: Final = re.compile(r"^[ ]+(?:cpu|memory_mib|subnets)[ ]*:", re.MULTILINE)
_START: Final = "start a spec with `stage3c init`, then copy images, ports and environment into it."
_INIT: Final = "run `stage3c init` in the folder of this file; it reads images, ports and environment from it."


class _Kind(Struct, frozen=True):
    """What a file may be, how it is recognised by its keys and its text, and what to do with it."""

    name: str
    fits: Callable[[frozenset[str], str], bool]
    fix: str


def _has(*keys: str) -> Callable[[frozenset[str], str], bool]:
    return lambda found, _: found.issuperset(keys)


def foreign_fault(text: str, file: str) -> Fault | None:
    """Say what a file is if it is no spec; one that declares `stage3c` always is one."""
    searched = text[:_SEARCHED_CHARS]
    keys = frozenset(_TOP_KEY.findall(searched))
    if searched.lstrip().startswith("{"):
        keys |= _json_keys(text)
    if "stage3c" in keys:
        return None
    kind = next((kind for kind in _kinds() if kind.fits(keys, searched)), None)
    return Fault("SPEC121", f"this file is {kind.name}, not a spec of stage3c.", kind.fix, Span(file)) if kind else None


def _kinds() -> Iterator[_Kind]:
    """From the most certain to the least."""
    plan = "run `stage3c audit FILE` on it."
    audit = "run `stage3c audit FOLDER` on its folder."
    yield _Kind(
        "a Terraform plan or state in JSON",
        _has("format_version", "terraform_version"),
        plan,
    )
    shown = "run `terraform show -json > state.json`, then `stage3c audit state.json`."
    yield _Kind("a Terraform state file", _has("lineage", "serial"), shown)
    yield _Kind(
        "Terraform in JSON",
        lambda keys, text: _is_json(text) and _any_of(keys, "resource", "terraform", "provider"),
        audit,
    )
    yield _Kind("Terraform", lambda _, text: _HCL.search(text) is not None, audit)
    yield _Kind("a Kubernetes manifest", _has("apiVersion", "kind"), _START)
    yield _Kind("an AWS Copilot manifest", lambda _, text: _COPILOT.search(text) is not None, _START)
    yield _Kind("a CloudFormation template", _is_cloudformation, _START)
    yield _Kind(
        "an ECS task definition", lambda keys, _: _any_of(keys, "containerDefinitions", "taskDefinitionArn"), _START
    )
    yield _Kind("a Serverless Framework configuration", _has("service", "provider", "functions"), _START)
    own = "name the spec instead, as in `stage3c validate stage3c.yaml`."
    yield _Kind("a CI workflow", _has("on", "jobs"), own)
    yield _Kind(
        "an OpenAPI description", lambda keys, _: "paths" in keys and _any_of(keys, "openapi", "swagger"), _START
    )
    yield _Kind("a package.json", lambda keys, text: _is_json(text) and _any_of(keys, "scripts", "dependencies"), _INIT)
    yield _Kind("a Compose file", _is_compose, _INIT)
    yield _Kind("a Dockerfile", lambda keys, text: not keys and _DOCKERFILE.search(text) is not None, _INIT)


def _is_terraform_json(keys: frozenset[str], text: str) -> bool:
    return _is_json(text) and _any_of(keys, "resource", "terraform", "provider")


def _is_cloudformation(keys: frozenset[str], text: str) -> bool:
    return "AWSTemplateFormatVersion" in keys or ("Resources" in keys and "AWS::" in text)


def _is_compose(keys: frozenset[str], text: str) -> bool:
    is_ours = _any_of(keys, "project", "region", "state", "environment", "environments", "load_balancers", "databases")
    return "services" in keys and not is_ours and bool(_OF_COMPOSE.search(text)) and not _OF_A_SPEC.search(text)


def _is_json(text: str) -> bool:
    return text.lstrip().startswith("{")


def _any_of(keys: frozenset[str], *known: str) -> bool:
    return not keys.isdisjoint(known)


def _json_keys(text: str) -> frozenset[str]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return frozenset()
    return frozenset(document) if isinstance(document, dict) else frozenset()
