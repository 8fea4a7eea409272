"""All names of a certificate are too long."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Path, clip
from stage3c.language.model.stack import Stack
from stage3c.resources.domain import MAIN_NAME_MAX_OCTETS, hostnames_of, main_name
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Measure the main name of each certificate that is to be made: the shortest, if the others are too long."""
    for key, balancer in stack.load_balancers.items():
        names = hostnames_of(stack, key)
        if not names or not balancer.https or balancer.https.certificate is not None:
            continue
        name = main_name(stack, names)
        if len(name) > MAIN_NAME_MAX_OCTETS:
            cause = f"{clip(name)} has {len(name)} characters; one name of a certificate must have at most 64."
            path: Path = ("load_balancers", key, "hostnames", 0) if balancer.hostnames else ("domain", "name")
            yield Finding(cause, "add a name of at most 64 characters to hostnames, such as shop.example.com.", path)


RULE = Rule(
    id="DNS104",
    title="All names of a certificate are too long",
    what="Every name of a certificate has more than 64 characters.",
    why="One of them becomes the common name, which X.509 limits to 64 characters; ACM rejects a longer one.",
    fix="Add a shorter name to `hostnames`.",
    source="botocore 1.43.11 data/acm RequestCertificate.DomainName",
    bad=f"load_balancers: {{public: {{hostnames: [{'a' * 60}.example.com]}}}}",
    check_spec=check,
)
