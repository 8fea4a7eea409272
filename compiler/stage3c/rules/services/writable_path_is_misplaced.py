"""Writable path is not valid."""

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
                cause = (
                    f'writable path "{path[:60]}" of services.{name} '
                    f"{'is listed twice' if again else 'is not a folder below /'}."
                )
                yield Finding(
                    cause,
                    "remove it, or write a folder such as `/tmp`.",
                    ("services", name, "writable_paths", position),
                )


RULE = Rule(
    id="SVC113",
    title="Writable path is not valid",
    what="An entry of `writable_paths` is the root, contains `..`, or is listed twice.",
    why="ECS rejects two mounts at one path, and a mount at `/` hides the image.",
    fix="Write folders of the application, such as `writable_paths: [/tmp]`.",
    source="botocore ecs MountPoint",
    bad="services: {web: {writable_paths: [/tmp, /tmp]}}",
    good="services: {web: {writable_paths: [/tmp]}}",
    check_spec=check,
)
