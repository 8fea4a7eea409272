"""Path or host pattern is not valid."""

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
                    cause = f'"{clip(pattern)}" has {len(pattern)} characters; the maximum is {most}.'
                    yield Finding(cause, f"write `{pattern[: most - 1]}*`.", path)
                elif wrong:
                    cause = (
                        f'"{clip(pattern)}" contains {characters(wrong)}, which Elastic Load Balancing does not accept.'
                    )
                    yield Finding(cause, f"write `{_REFUSED.sub('?', pattern)}`.", path)


RULE = Rule(
    id="LBA113",
    title="Path or host pattern is not valid",
    what="A path or host contains a character that load balancers do not accept, or is longer than 128 characters.",
    why="AWS rejects the listener rule at apply.",
    fix="Use letters, digits, the wildcards * and ?, and _ - . $ / ~ \" ' @ : + &.",
    source="botocore 1.43.11 data/elbv2 RuleCondition",
    bad="services: {web: {load_balancer: {name: public, paths: ['/a{b}']}}}",
    check_spec=check,
)
