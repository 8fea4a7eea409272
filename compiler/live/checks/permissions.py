"""Whether the caller may do what Terraform will do for the stack."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from compiler.facts import load
from compiler.graph import Graph, Resource
from compiler.live.account import Account, Json, Unanswered, side_by_side
from compiler.live.check import Check, Problem
from compiler.live.finding import pages
from compiler.model.stack import Stack
from compiler.policy.arns import partition_of
from compiler.resources.stack import compile_stack, lock_table, state_key, state_region, uses_lock_table
from compiler.wording import listed

_PLACE: Final = re.compile(r"\{([a-z_*]+)\}")
_ASSUMED: Final = re.compile(r"arn:[^:]+:sts::\d+:assumed-role/([^/]+)/.+")
_WHY: Final = {"explicitDeny": "a policy denies it", "implicitDeny": "no policy allows it"}


def ask(account: Account, stack: Stack) -> Json:
    """Who the caller is, and each action that IAM's simulator refuses: `{"action": …, "resource": …, "why": …}`."""
    told = account.client("sts").get_caller_identity()
    caller = _principal(account, told["Arn"])
    if caller.endswith(":root"):
        return {"caller": caller, "denied": []}
    questions = [each for each in _questions(stack, told["Account"]) if all(each)]
    answers = side_by_side(lambda question: list(_denied(account, caller, *question)), questions)
    return {"caller": caller, "denied": [each for answer in answers for each in answer]}


def judge(_stack: Stack, answer: Json) -> Iterator[Problem]:
    """One problem for each service and reason; what is needed for changes alone does not stop the first apply."""
    facts = load("terraform_actions")
    later = {action for actions in facts["later"].values() for action in actions}
    later -= {action for actions in facts["apply"].values() for action in actions}
    rows = sorted(
        (each["action"] in later, each["action"].partition(":")[0], each["why"], each["action"], each["resource"])
        for each in answer["denied"]
    )
    for (is_later, _service, why), members in groupby(rows, key=lambda row: row[:3]):
        of_one = list(members)
        actions = sorted({row[3] for row in of_one})
        when = ", which later changes need" if is_later else ""
        cause = f"{answer['caller']} may not do {listed(actions)}{when}: {why}."
        statement = {"Effect": "Allow", "Action": actions, "Resource": sorted({row[4] for row in of_one})}
        own = "let its policy say" if why == _WHY["implicitDeny"] else "change what denies it, so that it lets through"
        fix = f"{own}: {json.dumps(statement)}"
        yield Problem(cause, fix, "warning" if is_later else "error")


def _principal(account: Account, arn: str) -> str:
    """Whose policies count: of a session, its role, whose path the session's ARN has lost."""
    assumed = _ASSUMED.fullmatch(arn)
    if assumed:
        return str(account.client("iam").get_role(RoleName=assumed[1])["Role"]["Arn"])
    if ":federated-user/" in arn:
        raise Unanswered("IAM's simulator knows no federated users")
    return arn


def _denied(account: Account, caller: str, actions: Sequence[str], resources: Sequence[str]) -> Iterator[Json]:
    """What is refused for certain: a decision that hangs on a context nobody knows here is none.

    A `*` in an ARN is what nobody knows before apply; it is asked as 0, which no policy can have meant in particular.
    """
    names = {each if each == "*" else each.replace("*", "0"): each for each in resources}
    asked = {"PolicySourceArn": caller, "ActionNames": actions, "ResourceArns": [*names]}
    for result in pages(account.client("iam"), "simulate_principal_policy", "EvaluationResults", **asked):
        for each in result.get("ResourceSpecificResults") or [
            {**result, "EvalResourceDecision": result["EvalDecision"]}
        ]:
            decision, resource = each["EvalResourceDecision"], names.get(each["EvalResourceName"])
            if decision != "allowed" and not each.get("MissingContextValues") and resource:
                yield {"action": result["EvalActionName"], "resource": resource, "why": _why(result, decision)}


def _why(result: Json, decision: str) -> str:
    if not result.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations", True):
        return "a policy of the organization denies it"
    if not result.get("PermissionsBoundaryDecisionDetail", {}).get("AllowedByPermissionsBoundary", True):
        return "its permissions boundary does not allow it"
    return _WHY.get(decision, "it is denied")


def _questions(stack: Stack, account: str) -> Iterator[tuple[list[str], list[str]]]:
    """Actions with the ARNs that each of them is asked about; `*` for those that cannot be limited to a resource."""
    facts, graph = load("terraform_actions"), compile_stack(stack)
    settings = {"partition": partition_of(graph), "region": stack.region, "account": account}
    wide: set[str] = set()
    for kind, members in _by_type(graph).items():
        actions = {*facts["apply"].get(kind, ()), *facts["later"].get(kind, ())}
        wide |= {action for action in actions if not _can_be_limited(action)}
        yield sorted(actions - wide), _arns(graph, facts["arns"][kind], members, settings)
        for entry in (each for each in facts["documented"] if each["type"] == kind):
            meant = [each for each in members if "if" not in entry or each.attributes.get(entry["if"])]
            yield entry["actions"], _arns(graph, entry.get("arn") or facts["arns"][kind], meant, settings)
    yield sorted(wide), ["*"]
    yield from (([*actions], [_general(arn, settings)]) for arn, actions in _of_the_state(stack).items())


def _by_type(graph: Graph) -> dict[str, list[Resource]]:
    """Resources by type; those that are only read, or never kept, by `data.` or `ephemeral.` before it."""
    found: dict[str, list[Resource]] = defaultdict(list)
    for each in graph.resources.values():
        found[each.type if each.mode == "resource" else f"{each.mode}.{each.type}"].append(each)
    return found


def _can_be_limited(action: str) -> bool:
    service, _, name = action.partition(":")
    return f"{name}+" in load("iam_actions")["actions"][service].split()


def _arns(graph: Graph, template: str, members: Iterable[Resource], settings: Mapping[str, str]) -> list[str]:
    """The ARNs of resources, with a `*` for what nobody knows before apply."""

    def arn(resource: Resource) -> str:
        def part(place: re.Match[str]) -> str:
            value = graph.resolved(resource.attributes.get(place[1]))
            target = graph.target(value)
            known = target.attributes.get("name") if target else value
            return settings.get(place[1]) or (known if isinstance(known, str) else "*")

        return _PLACE.sub(part, template)

    return sorted({arn(each) for each in members})


def _general(template: str, settings: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda place: settings[place[1]], template)


def _of_the_state(stack: Stack) -> dict[str, tuple[str, ...]]:
    """What the backend does: https://developer.hashicorp.com/terraform/language/backend/s3 (2026-11-26)."""
    bucket, key = f"arn:{{partition}}:s3:::{stack.state.bucket}", state_key(stack)
    wanted: dict[str, tuple[str, ...]] = {
        bucket: ("s3:ListBucket",),
        f"{bucket}/{key}": ("s3:GetObject", "s3:PutObject"),
    }
    if stack.state.lock != "dynamodb":
        wanted[f"{bucket}/{key}.tflock"] = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")
    if uses_lock_table(stack):
        table = f"arn:{{partition}}:dynamodb:{state_region(stack)}:{{account}}:table/{lock_table(stack)}"
        wanted[table] = ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem")
    return wanted


CHECK = Check(
    id="PRE110",
    title="Caller may do what the stack needs",
    why="A permission that is missing ends the apply half-way, often at a call that appears only late.",
    source="https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html (2026-11-26)",
    ask=ask,
    answer={"caller": str, "denied": [{"action": str, "resource": str, "why": str}]},
    judge=judge,
)
