"""Whether the caller may do what Terraform will do for the stack."""

import json
import re
import shlex
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from stage3c.aws.kinds.kind import Json, Unanswered
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, found, side_by_side
from stage3c.live.check import Check, Problem
from stage3c.live.hosted_zones import public_zone
from stage3c.live.terraform_needs import is_for_later, terraform_needs
from stage3c.resources.stack import default_tags
from stage3c.wording import listed

_AT_ONCE: Final = 4  # IAM answers few of these a second
_ASSUMED: Final = re.compile(r"arn:[^:]+:sts::\d+:assumed-role/([^/]+)/.+")
_ALLOWED_BY_NOTHING: Final = "implicitDeny"
_WORDS: Final = {
    "explicitDeny": "a policy denies it",
    _ALLOWED_BY_NOTHING: "no policy allows it",
    "organization": "a policy of the organization denies it",
    "boundary": "its permissions boundary does not allow it",
}
_UNKNOWN_PART: Final = "000000"
"""Stands for what nobody knows before apply. Six characters, as Secrets Manager adds, and as `-??????` in policies asks for."""


def ask(account: Account, stack: Stack) -> Json:
    """Who the caller is; what IAM's simulator refuses; what hangs on a context that it was not told; what it did not judge."""
    told = account.client("sts").get_caller_identity()
    caller = _principal(account, told["Arn"])
    empty: dict[str, Json] = {"caller": caller, "denied": [], "open": [], "unknown": []}
    if caller.endswith(":root"):
        return empty
    needs = terraform_needs(stack, told["Account"], _zone(account, stack))
    asker = {"PolicySourceArn": caller, "ContextEntries": _context(stack, told["Account"])}
    answers = side_by_side(
        lambda arns: list(_judged(account, asker, sorted(needs[arns]), arns)), sorted(needs), _AT_ONCE
    )
    for kind, entry in (each for answer in answers for each in answer):
        empty[kind].append(entry)
    return empty


def judge(_stack: Stack, answer: Json) -> Iterator[Problem]:
    """One problem for each service and reason; what is needed for changes alone does not stop the first apply."""
    rows = sorted(
        (
            is_for_later(each["action"]),
            each["action"].partition(":")[0],
            each["reason"],
            each["action"],
            each["resource"],
        )
        for each in answer["denied"]
    )
    for (later, service, reason), members in groupby(rows, key=lambda row: row[:3]):
        resources: dict[str, set[str]] = defaultdict(set)
        for row in members:
            resources[row[3]].add(row[4])
        when = ", which later changes need" if later else ""
        cause = (
            f"{answer['caller']} may not do {listed(sorted(resources))}{when}: {_WORDS.get(reason, 'it is denied')}."
        )
        yield Problem(
            cause,
            _fix(answer["caller"], f"{service}{'-later' if later else ''}", reason, resources),
            "warning" if later else "error",
        )
    for kind, why in (("open", "it hangs on"), ("unknown", "the simulator says")):
        together: dict[str, set[str]] = defaultdict(set)
        for each in answer[kind]:
            together[each["why"]].add(each["action"])
        for reason, actions in sorted(together.items()):
            cause = f"whether {answer['caller']} may do {listed(sorted(actions))} is not known: {why} {reason}."
            yield Problem(cause, "look at its policies yourself.", "unknown")


def _fix(caller: str, what: str, reason: str, resources: Mapping[str, Collection[str]]) -> str:
    """The statements that are missing, none wider than needed, and the command that adds them where one can."""
    together: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for action, arns in resources.items():
        together[tuple(sorted(arns))].append(action)
    statements = [
        {"Effect": "Allow", "Action": sorted(together[arns]), "Resource": [*arns]} for arns in sorted(together)
    ]
    if reason != _ALLOWED_BY_NOTHING:
        return f"change what denies it, so that it lets through: {json.dumps(statements)}"
    kind, name = caller.rpartition(":")[2].partition("/")[0], caller.rpartition("/")[2]
    document = shlex.quote(json.dumps({"Version": "2012-10-17", "Statement": statements}))
    put = f"aws iam put-{kind}-policy --{kind}-name {shlex.quote(name)} --policy-name terraform-{what}"
    return f"{put} --policy-document {document}"


def _principal(account: Account, arn: str) -> str:
    """Whose policies count: of a session, its role, whose path the session's ARN has lost."""
    assumed = _ASSUMED.fullmatch(arn)
    if assumed:
        return str(account.client("iam").get_role(RoleName=assumed[1])["Role"]["Arn"])
    if ":federated-user/" in arn:
        raise Unanswered("IAM's simulator knows no federated users")
    return arn


def _zone(account: Account, stack: Stack) -> str | None:
    """The id of the hosted zone, since policies often name it; without it, it is one of those that nobody knows."""
    try:
        zone = public_zone(account, stack.domain.zone) if stack.domain else None
    except Unanswered:
        return None
    return zone.rpartition("/")[2] if zone else None


def _context(stack: Stack, account: str) -> list[Json]:
    """What is known of every request of Terraform's; policies of organizations mostly ask for the region."""
    known = {
        "aws:PrincipalAccount": account,
        "aws:RequestedRegion": stack.region,
        "aws:SecureTransport": "true",
        "iam:PassedToService": "ecs-tasks.amazonaws.com",
        **{f"aws:RequestTag/{key}": value for key, value in default_tags(stack).items()},
    }
    kinds = {"aws:SecureTransport": "boolean"}
    return [
        {"ContextKeyName": key, "ContextKeyType": kinds.get(key, "string"), "ContextKeyValues": [value]}
        for key, value in known.items()
    ]


def _judged(account: Account, asker: Json, actions: Sequence[str], arns: Sequence[str]) -> Iterator[tuple[str, Json]]:
    """The decisions on each action that are not "allowed". What the simulator does not take together is asked apart."""
    iam = account.client("iam")
    names = {each if each == "*" else each.replace("*", _UNKNOWN_PART): each for each in arns}
    question = {**asker, "ActionNames": [*actions], "ResourceArns": [*names]}
    results = found(
        lambda: list(iam.pages("simulate_principal_policy", "EvaluationResults", **question)), "InvalidInput"
    )
    if results is not None:
        for result in results:
            yield from refusals(result, names)
    elif len(actions) == 1:
        yield "unknown", {"action": actions[0], "why": "that it cannot judge it"}
    else:
        half = len(actions) // 2
        yield from _judged(account, asker, actions[:half], arns)
        yield from _judged(account, asker, actions[half:], arns)


def refusals(result: Json, names: Mapping[str, str]) -> Iterator[tuple[str, Json]]:
    """Of one action, what is refused on each ARN; one answer for all where the simulator does not tell them apart."""
    action, whole = result["EvalActionName"], {**result, "EvalResourceDecision": result["EvalDecision"]}
    for each in result.get("ResourceSpecificResults") or [whole]:
        decision, missing = each["EvalResourceDecision"], each.get("MissingContextValues")
        if decision == "allowed":
            continue
        if missing:
            yield "open", {"action": action, "why": listed(sorted(missing))}
            continue
        meant = names.get(each["EvalResourceName"])
        for resource in [meant] if meant else names.values():
            yield "denied", {"action": action, "resource": resource, "reason": _reason(result, decision)}


def _reason(result: Json, decision: str) -> str:
    if not result.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations", True):
        return "organization"
    if not result.get("PermissionsBoundaryDecisionDetail", {}).get("AllowedByPermissionsBoundary", True):
        return "boundary"
    return decision


CHECK = Check(
    id="PRE110",
    title="Caller may do what the stack needs",
    why="A permission that is missing ends the apply half-way, often at a call that appears only late.",
    source="https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html (2026-11-26)",
    ask=ask,
    answer={
        "caller": str,
        "denied": [{"action": str, "resource": str, "reason": str}],
        "open": [{"action": str, "why": str}],
        "unknown": [{"action": str, "why": str}],
    },
    judge=judge,
)
