"""What Terraform must be allowed for a stack: which actions on which ARNs, for the first apply and for later.

The actions are data (`facts/terraform_actions.json`); nothing is asked here.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from stage3c.aws.facts import load
from stage3c.aws.kinds import kind_of
from stage3c.graph import Expr, Graph, Ref, Resource, Text
from stage3c.language.model.stack import Stack
from stage3c.resources.naming import ACCOUNT
from stage3c.resources.stack import compile_stack, lock_table, state_key, state_region, uses_lock_table
from stage3c.views.arns import partition_of

_PLACE: Final = re.compile(r"\{([a-z_*0-9]+)\}")
Needs = Mapping[tuple[str, ...], set[str]]


def terraform_needs(stack: Stack, account: str, zone: str | None) -> Needs:
    """The actions by the ARNs that each of them is judged on; `*` in an ARN is what nobody knows before apply.

    `("*",)` for the actions that cannot be limited to a resource. `zone` is the id of the hosted zone, if there is one.
    """
    graph = compile_stack(stack)
    settings = {"partition": partition_of(graph), "region": stack.region, "account": account, "zone": zone or "*"}
    needs: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for kind, members in _by_type(graph).items():
        for action, templates, meant in _of_type(kind, members):
            arns = _arns(graph, templates, meant, settings) if _can_be_limited(action) else ("*",)
            needs[arns].add(action)
    for arn, actions in _of_the_state(stack).items():
        needs[_PLACE.sub(lambda place: settings[place[1]], arn),].update(actions)
    return {arns: actions for arns, actions in needs.items() if arns}


def is_for_later(action: str) -> bool:
    """Whether only a change or a removal asks for it, never the first apply."""
    return action not in _needed_at_once()


@cache
def _needed_at_once() -> set[str]:
    facts = load("terraform_actions")
    recorded = {action for actions in facts["apply"].values() for action in actions}
    documented = {action for entry in facts["documented"] if "phase" not in entry for action in entry["actions"]}
    return recorded | documented | _BACKEND


def _of_type(kind: str, members: Sequence[Resource]) -> Iterator[tuple[str, list[str], list[Resource]]]:
    """Each action that a type asks for, with the templates of its ARNs and the resources that are meant."""
    facts = load("terraform_actions")
    own, elsewhere = [kind_of(kind.rpartition(".")[2]).permission_arn], facts["asked_on"]
    for action in (*facts["apply"].get(kind, ()), *facts["later"].get(kind, ())):
        yield action, elsewhere.get(f"{kind} {action}") or elsewhere.get(action) or own, [*members]
    for entry in (each for each in facts["documented"] if each["type"] == kind):
        meant = [each for each in members if "if" not in entry or each.attributes.get(entry["if"])]
        for action in entry["actions"]:
            yield action, [entry["arn"]] if "arn" in entry else elsewhere.get(action) or own, meant


def _by_type(graph: Graph) -> dict[str, list[Resource]]:
    """Resources by type; those that are only read, or never kept, by `data.` or `ephemeral.` before it."""
    found: dict[str, list[Resource]] = defaultdict(list)
    for each in graph.resources.values():
        found[each.type if each.mode == "resource" else f"{each.mode}.{each.type}"].append(each)
    return found


def _can_be_limited(action: str) -> bool:
    service, _, name = action.partition(":")
    return f"{name}+" in load("iam_actions")["actions"][service].split()


def _arns(
    graph: Graph, templates: Iterable[str], members: Iterable[Resource], settings: Mapping[str, str]
) -> tuple[str, ...]:
    def part(resource: Resource, name: str) -> str:
        value = graph.resolved(resource.attributes.get(name))
        target = graph.target(value)
        if target:  # a part names its whole, by the same argument or by the whole's name
            value = graph.resolved(target.attributes.get(name, target.attributes.get("name")))
        if isinstance(value, Text):  # such as the name of a bucket, which ends in the account
            return "".join(each if isinstance(each, str) else _of_account(each, settings) for each in value.parts)
        return settings.get(name) or (value if isinstance(value, str) else "*")

    written = {
        _PLACE.sub(lambda place: part(each, place[1]), template)  # noqa: B023 - called at once
        for template in templates
        for each in members
    }
    return tuple(sorted(written))


def _of_account(part: Ref | Expr, settings: Mapping[str, str]) -> str:
    return settings["account"] if part == ACCOUNT else "*"


_LOCK: Final = {"dynamodb:DeleteItem", "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:PutItem"}
_BACKEND: Final = {"s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject", *_LOCK}


def _of_the_state(stack: Stack) -> dict[str, set[str]]:
    """What the backend does: https://developer.hashicorp.com/terraform/language/backend/s3 (2026-11-26)."""
    bucket, key = f"arn:{{partition}}:s3:::{stack.state.bucket}", state_key(stack)
    needs: dict[str, set[str]] = {bucket: {"s3:ListBucket"}, f"{bucket}/{key}": {"s3:GetObject", "s3:PutObject"}}
    if stack.state.lock != "dynamodb":
        needs[f"{bucket}/{key}.tflock"] = {"s3:GetObject", "s3:PutObject", "s3:DeleteObject"}
    if uses_lock_table(stack):
        needs[f"arn:{{partition}}:dynamodb:{state_region(stack)}:{{account}}:table/{lock_table(stack)}"] = _LOCK
    return needs
