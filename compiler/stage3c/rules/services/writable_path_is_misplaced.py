"""Writable path is misplaced."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look at each path of each service."""
    for name, service in stack.services.items():
        for position, path in enumerate(service.writable_paths):
            parts = [part for part in path.split("/") if part not in ("", ".")]
            again = path.rstrip("/") in [other.rstrip("/") for other in service.writable_paths[:position]]
            if again or not parts or ".." in parts:
                cause = f'"{path[:60]}" {"stands twice" if again else "is no folder below the root"}.'
                yield Finding(
                    cause, "remove it, or name a folder such as /tmp.", ("services", name, "writable_paths", position)
                )


RULE = Rule(
    id="SVC113",
    title="Writable path is misplaced",
    what="A `writable_paths` entry is the root itself, leaves its folder with `..`, or stands twice.",
    why="ECS refuses two mounts at one place, and a mount at `/` hides the image.",
    fix="Name folders of the application, such as /tmp.",
    source="botocore ecs MountPoint",
    bad="services: {web: {writable_paths: [/tmp, /tmp]}}",
    good="services: {web: {writable_paths: [/tmp]}}",
    check_spec=check,
)
