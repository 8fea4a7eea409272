"""Image writes to a read-only root file system."""

import re
from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule

# Where official images write when they start: https://hub.docker.com/_/nginx (nginx in read-only mode), their Dockerfiles
# and entry points (2026-11-28).
_WRITES: Final = {
    "nginx": ("/var/cache/nginx", "/var/run"),
    "nginx-unprivileged": ("/tmp",),  # noqa: S108 - a folder of a container
    "httpd": ("/usr/local/apache2/logs",),
    "wordpress": ("/var/www/html", "/var/run/apache2", "/tmp"),  # noqa: S108 - likewise
    "php": ("/var/run/apache2", "/tmp"),  # noqa: S108 - likewise
    "tomcat": ("/usr/local/tomcat/logs", "/usr/local/tomcat/temp", "/usr/local/tomcat/work"),
    "redis": ("/data",),
    "rabbitmq": ("/var/lib/rabbitmq",),
    "grafana": ("/var/lib/grafana",),
    "prometheus": ("/prometheus",),
}
_NAME: Final = re.compile(r"(?:.*/)?([a-z0-9._-]+)(?:[:@].*)?")


def check(stack: Stack) -> Iterator[Finding]:
    """Look for images that are known to write where nothing is writable."""
    for name, service in stack.services.items():
        found = _NAME.fullmatch(service.image) if service.image and service.read_only_root else None
        for_image = _WRITES.get(found[1], ()) if found else ()
        missing = [path for path in for_image if not any(_is_below(path, given) for given in service.writable_paths)]
        if missing and found:
            written = " and ".join(missing)
            cause = f"services.{name} runs {found[1]}, which writes to {written}; its root file system is read-only."
            wanted = ", ".join([*service.writable_paths, *missing])
            yield Finding(cause, f"add `writable_paths: [{wanted}]`.", ("services", name, "image"))


def _is_below(path: str, folder: str) -> bool:
    return f"{path}/".startswith(f"{folder.rstrip('/')}/")


RULE = Rule(
    id="SVC122",
    title="Image writes to a read-only root file system",
    what="The image of a service is known to write to folders that are read-only, because they are not in `writable_paths`.",
    why='`read_only_root` is true by default. The process ends with "Read-only file system" and no task ever becomes healthy.',
    fix="Add the folders to `writable_paths`, or write `read_only_root: false`.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html (2026-11-28)",
    severity=Severity.WARNING,
    bad="services: {web: {build: null, image: 'public.ecr.aws/nginx/nginx:1.27'}}",
    good="services: {web: {build: null, image: 'public.ecr.aws/nginx/nginx:1.27', writable_paths: [/var/cache/nginx, /var/run]}}",
    check_spec=check,
)
