"""The public Route 53 zone that the domain stands in."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Json
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account
from stage3c.live.check import Check, Problem
from stage3c.live.hosted_zones import zones_named


def ask(account: Account, stack: Stack) -> Json:
    """The zones of that name, public and private; nothing for a stack without a domain."""
    if stack.domain is None:
        return None
    return zones_named(account, stack.domain.zone)


def judge(stack: Stack, answer: Json) -> Iterator[Problem]:
    """Exactly one public zone: Terraform's look-up takes no other."""
    if stack.domain is None:  # a snapshot of the time when it had one
        return
    zone, public = stack.domain.zone, [each for each in answer if not each["private"]]
    make = f"aws route53 create-hosted-zone --name {zone} --caller-reference {zone}, then delegate it at the registrar."
    if not public:
        said = "only a private zone" if answer else "no zone"
        yield Problem(f"the account has {said} {zone}, so the certificate and the record have no home.", make)
    elif len(public) > 1:
        cause = f"the account has {len(public)} public zones {zone}, and Terraform does not choose."
        yield Problem(cause, "aws route53 delete-hosted-zone --id <the one that is not delegated>")


CHECK = Check(
    id="PRE105",
    title="Hosted zone exists, is public, and is one",
    why="Without it the certificate is never validated, and the apply waits until it gives up.",
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/AboutHZWorkingWith.html",
    ask=ask,
    answer=[{"id": str, "private": bool}],
    concerns=lambda stack: stack.domain is not None,
    judge=judge,
)
