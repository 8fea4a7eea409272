"""A host or path pattern that AWS refuses."""

import re
from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding, clip
from stage3c.language.model.stack import Stack
from stage3c.rules.network.network_facts import quota
from stage3c.rules.rule import Rule
from stage3c.wording import characters

_REFUSED: Final = re.compile(r"[^A-Za-z0-9_.$/~\"'@:+&*?-]")


def check(stack: Stack) -> Iterator[Finding]:
    """Hold every pattern against the characters and the length that AWS takes."""
    most = quota("load_balancer", "pattern_max_chars")
    for name, service in stack.services.items():
        route = service.load_balancer
        for kind, patterns in (("paths", route.paths), ("hosts", route.hosts)) if route else ():
            for position, pattern in enumerate(patterns):
                path = ("services", name, "load_balancer", kind, position)
                wrong = sorted(set(_REFUSED.findall(pattern[: most + 1])))
                if len(pattern) > most:
                    cause = f'"{clip(pattern)}" has {len(pattern)} characters; at most {most} are allowed.'
                    yield Finding(cause, "shorten it with a *.", path)
                elif wrong:
                    cause = f'"{clip(pattern)}" contains {characters(wrong)}.'
                    yield Finding(cause, "write ? for each character that is refused.", path)


RULE = Rule(
    id="LBA113",
    title="Pattern is refused by load balancers",
    what="A path has a character that load balancers do not take, or a path or host is longer than 128.",
    why="AWS refuses the rule, after the load balancer was made.",
    fix="Use letters, digits, the wildcards * and ?, and _ - . $ / ~ \" ' @ : + &.",
    source="botocore 1.43.11 data/elbv2 RuleCondition",
    bad="services: {web: {load_balancer: {name: public, paths: ['/a{b}']}}}",
    check_spec=check,
)
