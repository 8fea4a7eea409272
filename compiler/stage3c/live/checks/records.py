"""The records that the stack will make in its zone."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Json
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account
from stage3c.live.check import Check, Problem
from stage3c.live.hosted_zones import public_zone, record_sets
from stage3c.live.state import known_resources
from stage3c.resources.stack import compile_stack


def ask(account: Account, stack: Stack) -> Json:
    """The types of the records that bear the wanted names, and the addresses that the state knows; nothing without a zone."""
    zone = public_zone(account, stack.domain.zone) if stack.domain else None
    if zone is None:
        return None
    names = {name for name, _ in _wanted(stack).values()}
    there = {name: sorted({each["Type"] for each in record_sets(account, zone, name)}) for name in sorted(names)}
    state = known_resources(account, stack)
    ids = {
        each
        for address, held in state.items()
        if "aws_route53_record." in address
        for each in (held.identity, *held.names)
    }
    moving = {
        address
        for address, (name, kind) in _wanted(stack).items()
        if any(each.lower().endswith(f"_{name}_{kind}".lower()) for each in ids)
    }
    return {"there": there, "known": sorted({*state, *moving})}


def judge(stack: Stack, answer: Json) -> Iterator[Problem]:
    """A record of the same name and type, or a CNAME, which suffers no other beside it, must be known to the state."""
    for address, (name, kind) in _wanted(stack).items():
        types = answer["there"][name]
        if address in answer["known"] or not {kind, "CNAME"} & set(types):
            continue
        there = kind if kind in types else "CNAME"
        cause = f"record {name} {there} exists, and the state does not know it: the apply would fail at {address}."
        adopt = "if it is this stack's: stage3c adopt SPEC; "
        yield Problem(cause, f"{adopt if there == kind else ''}otherwise delete it, or write another domain.name.")


def _wanted(stack: Stack) -> dict[str, tuple[str, str]]:
    """Name and type by address; records of validation may overwrite what is there, and have no name before apply."""
    records = compile_stack(stack).of_type("aws_route53_record")
    named = ((each.address, each.attributes["name"], each.attributes["type"]) for each in records)
    return {address: (name, kind) for address, name, kind in named if isinstance(name, str) and isinstance(kind, str)}


CHECK = Check(
    id="PRE114",
    title="Records are free, or the state knows them",
    why='A record that exists ends the apply after everything else was made: "but it already exists".',
    source="https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html (2026-11-26)",
    ask=ask,
    answer=(None, {"there": {str: [str]}, "known": [str]}),
    concerns=lambda stack: stack.domain is not None,
    judge=judge,
)
