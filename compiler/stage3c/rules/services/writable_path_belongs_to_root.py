"""Writable path belongs to root."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule

_ROOT = ("0", "root")


def check(stack: Stack) -> Iterator[Finding]:
    """Look for users other than root that are given folders."""
    for name, service in stack.services.items():
        user = service.user.split(":", maxsplit=1)[0] if service.user else "root"
        if user in _ROOT or not service.writable_paths:
            continue
        folder = service.writable_paths[0]
        cause = f"services.{name} runs as {user}, but {folder} is an empty volume that belongs to root."
        fix = f'add to the Dockerfile: `RUN mkdir -p {folder} && chown {user} {folder}` and `VOLUME ["{folder}"]`.'
        yield Finding(cause, fix, ("services", name, "writable_paths"))


RULE = Rule(
    id="SVC123",
    title="Writable path belongs to root",
    what="A service has a `user` other than root and `writable_paths`.",
    why=(
        "A volume of a Fargate task belongs to root with mode 0755, unless the image declares the folder as a VOLUME "
        'with another owner. The process then gets "Permission denied".'
    ),
    fix="In the Dockerfile, create the folder with its owner and declare it as a `VOLUME`; then `ignore` this finding.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html (2026-11-28)",
    severity=Severity.WARNING,
    bad="services: {api: {user: '1000', writable_paths: [/data]}}",
    good="services: {api: {writable_paths: [/data]}}",
    check_spec=check,
)
