"""Whether the public DNS asks the stack's zone at all."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Json, Unanswered
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account
from stage3c.live.check import Check, Problem
from stage3c.live.dns import name_servers
from stage3c.live.hosted_zones import public_zone
from stage3c.wording import listed


def ask(account: Account, stack: Stack) -> Json:
    """The name servers that Route 53 gave the zone, and those that the DNS names; nothing where there is no zone yet."""
    zone = public_zone(account, stack.domain.zone) if stack.domain else None
    if stack.domain is None or zone is None:
        return None
    if account.endpoint_url and not account.resolver:
        raise Unanswered("the DNS knows nothing of what answers at --endpoint-url; --resolver names a server that does")
    given = account.client("route53").get_hosted_zone(Id=zone)["DelegationSet"]["NameServers"]
    told = name_servers(stack.domain.zone.lower(), account.resolver)
    return {"given": sorted(name.rstrip(".").lower() for name in given), "told": told}


def judge(stack: Stack, answer: Json) -> Iterator[Problem]:
    """The two must be the same; one server that they do not share answers for another zone, or not at all."""
    if stack.domain is None or answer["told"] == answer["given"]:
        return
    zone, told, given = stack.domain.zone, answer["told"], listed(answer["given"])
    fix = f"at the registrar, or in the zone above, give {zone} the name servers {given}."
    if not set(told) & set(answer["given"]):
        leads = f"leads to {listed(told)}" if told else "knows no name servers of it that answer"
        yield Problem(f"the DNS {leads}, so nobody finds what stands in zone {zone} of this account.", fix)
    else:
        yield Problem(f"the DNS names {listed(told)} for {zone}, and Route 53 gave it others.", fix, "warning")


CHECK = Check(
    id="PRE113",
    title="Hosted zone is delegated",
    why="A certificate is validated through the public DNS: without the delegation the apply waits for it and gives up.",
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-configuring-new-domain.html (2026-11-26)",
    ask=ask,
    answer=(None, {"given": [str], "told": [str]}),
    concerns=lambda stack: stack.domain is not None,
    judge=judge,
)
