"""Addresses of the state whose resources AWS does not have, or that carry another stack's tags."""

from collections.abc import Iterator

from stage3c.aws.kinds import known
from stage3c.aws.kinds.kind import Json, Thing, Unanswered
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, side_by_side
from stage3c.live.check import LATER, Check, Problem
from stage3c.live.ownership import owner_by, tags_of_owner
from stage3c.live.state import Held, known_resources
from stage3c.wording import listed

_AT_ONCE = 16
_SHOWN = 5


def ask(account: Account, stack: Stack) -> Json:
    """By address: the id that AWS lacks, or whose tags the resource has; and why some could not be looked at."""
    state = known_resources(account, stack)
    wanted = tags_of_owner(stack)
    told = dict(side_by_side(lambda each: (each[0], _fault(account, each[1], wanted)), state.items(), _AT_ONCE))
    return {
        "gone": {address: _shown_id(state[address]) for address, fault in told.items() if fault == ("gone", "")},
        "foreign": {address: why for address, (kind, why) in told.items() if kind == "foreign"},
        "unknown": {address: why for address, (kind, why) in told.items() if kind == "unknown"},
    }


def judge(_stack: Stack, answer: Json) -> Iterator[Problem]:
    """Report ids that AWS does not have and resources of other stacks: both make the next plan wrong."""
    for address, why in sorted(answer["foreign"].items()):
        remove = f"terraform -chdir=FOLDER state rm '{address}'"
        yield Problem(
            f"{address} in the state is not this stack's resource: {why}.", f"{remove}, then stage3c adopt SPEC"
        )
    if answer["gone"]:
        shown = listed([f"{a} ({i})" for a, i in sorted(answer["gone"].items())[:_SHOWN]])
        more = len(answer["gone"]) - _SHOWN
        cause = f"the state has {len(answer['gone'])} ids that AWS does not have: {shown}"
        again = "if they were deleted on purpose: terraform -chdir=FOLDER apply -refresh-only"
        rest = "; if the state is an old one: stage3c preflight SPEC lists its versions under PRE119"
        yield Problem(f"{cause}{f' and {more} more' if more > 0 else ''}.", f"{again}{rest}")
    if answer["unknown"]:
        reasons = listed(sorted(set(answer["unknown"].values()))[:_SHOWN])
        cause = f"{len(answer['unknown'])} addresses of the state could not be compared with AWS: {reasons}."
        yield Problem(
            cause,
            LATER,
            "unknown",
        )


def _shown_id(held: Held) -> str:
    return next((name for name in sorted(held.names) if not name.startswith("arn:")), held.identity)


def _fault(account: Account, held: Held, wanted: dict[str, str]) -> tuple[str, str]:
    """What is wrong with one address: `gone`, `foreign` or `unknown`, and why."""
    kind = known(held.kind)
    if kind is None or kind.look is None or not held.identity:
        return "", ""
    try:
        told = kind.look(account, held.identity)
        if told is None or (kind.state_id and held.names and told[kind.state_id] not in held.names):
            return "gone", ""
        owner = owner_by(kind.tags(account, Thing(held.identity, told)), wanted) if kind.tags else None
    except Unanswered as reason:
        return "unknown", str(reason)
    return ("foreign", owner.why) if owner and owner.whose == "another" else ("", "")


CHECK = Check(
    id="PRE120",
    title="AWS has what the state has, and it is this stack's",
    why="Terraform creates what the state has under an id that is gone, and changes whatever the id leads to.",
    source="https://developer.hashicorp.com/terraform/language/state/purpose (2026-11-28)",
    ask=ask,
    answer={"gone": {str: str}, "foreign": {str: str}, "unknown": {str: str}},
    judge=judge,
)
