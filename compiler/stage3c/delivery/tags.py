"""The tag of a service's image, changed in the text of a spec. Pure: bytes in, bytes out."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from stage3c.delivery.running import known
from stage3c.diagnostics import clip
from stage3c.language.editing import with_value
from stage3c.language.environments import environments
from stage3c.language.model.service import TAG, Service
from stage3c.language.source import Document, MapNode, ScalarNode, read
from stage3c.live.account import UsageError
from stage3c.pipeline import Build

AUTO: Final = "auto"
_TAG: Final = re.compile(TAG)

HashOf = Callable[[str, str], str]
"""The tag for a build context and an architecture."""


class Tagged(Struct, frozen=True):
    """One change of a spec: the path of the value, what it was and what it is."""

    service: str
    path: tuple[str, ...]
    before: str
    after: str
    elsewhere: tuple[str, ...] = ()
    """The environments that have a value of their own, which stays."""


def assignments(words: Sequence[str]) -> dict[str, str]:
    """Read `web=v2 api=auto`: tags by service."""
    found: dict[str, str] = {}
    for word in words:
        service, sign, tag = word.partition("=")
        if not (sign and service and tag):
            raise UsageError(f"{clip(word)} is not SERVICE=TAG.", "write for example web=v2 or web=auto.")
        if service in found:
            raise UsageError(f"{clip(service)} is given twice.", "remove one of the two.")
        if not _TAG.fullmatch(tag):
            cause = f"{clip(tag)} is not a tag: 1 to 128 letters, digits, dots, underscores and hyphens."
            raise UsageError(cause, f"write for example {clip(service)}=v2.")
        found[service] = tag
    return found


def with_tags(
    data: bytes, file: str, builds: Sequence[Build], env: str | None, wanted: Mapping[str, str], hash_of: HashOf
) -> tuple[bytes, list[Tagged]]:
    """The spec with these tags, all of them or an error; `builds` are what it compiles to."""
    done = []
    for service, tag in wanted.items():
        known(service, sorted({key for build in builds for key in build.stack.services}), "service")
        of_service = [build for build in builds if service in build.stack.services]
        document, _ = read(data, file)
        assert document is not None
        change = _change(document, of_service, env, service, tag, hash_of)
        edited = with_value(data, file, change.path, change.after)
        if edited is None:
            cause = f"{'.'.join(change.path)} cannot be changed where it is written without changing something else."
            raise UsageError(cause, f"write `{change.path[-1]}: {change.after}` there yourself.")
        data = edited
        done.append(change)
    return data, done


def _change(
    document: Document, builds: Sequence[Build], env: str | None, service: str, tag: str, hash_of: HashOf
) -> Tagged:
    written = builds[0].stack.services[service]
    path = _path(document, env, service, builds[0])
    if written.image is not None:
        before, after = written.image, _retagged(service, written.image, tag)
        path = (*path, "image")
    else:
        before, after = written.tag, _hashed(builds, service, hash_of) if tag == AUTO else tag
        path = (*path, "tag")
    if len(builds) > 1:  # what stands there, not what an environment lays over it
        there = document.node(path)
        before = str(there.value) if isinstance(there, ScalarNode) else str(Service.model_fields["tag"].default)
    return Tagged(service, path, before, after, _elsewhere(document, path) if env is None else ())


def _path(document: Document, env: str | None, service: str, build: Build) -> tuple[str, ...]:
    """The mapping of a service: its own in an environment, or that of all environments."""
    has_environments = "environments" in document.root.entries
    if env is not None and has_environments:
        return ("environments", env, "services", service)
    if not document.has(("services", service)):
        where = build.environment
        raise UsageError(f"services.{service} is written for environment {where} only.", f"add --env {where}.")
    return ("services", service)


def _elsewhere(document: Document, path: Sequence[str]) -> tuple[str, ...]:
    """The environments that lay a value of their own over this one."""
    declared = document.root.entries.get("environments")
    names = list(declared.entries) if isinstance(declared, MapNode) and len(environments(document)[0]) else []
    return tuple(name for name in names if document.has(("environments", name, *path)))


def _retagged(service: str, image: str, tag: str) -> str:
    """Another tag of an image from elsewhere."""
    if tag == AUTO:
        cause = f"services.{service} is not built from a folder: its image is {image}."
        raise UsageError(cause, f"write the tag, for example {service}=v2.")
    if "@" in image:
        cause = f"services.{service}.image is {image}: a digest names one image, whatever its tag."
        raise UsageError(cause, f"write the digest of the other image in services.{service}.image.")
    folder, slash, name = image.rpartition("/")
    return f"{folder}{slash}{name.partition(':')[0]}:{tag}"


def _hashed(builds: Sequence[Build], service: str, hash_of: HashOf) -> str:
    found = {hash_of(*_context(build.stack.services[service])) for build in builds}
    if len(found) > 1:
        names = ", ".join(build.environment for build in builds)
        cause = f"services.{service} is built differently in {names}, so it has no tag for all of them."
        raise UsageError(cause, f"add --env {builds[0].environment}.")
    return found.pop()


def _context(service: Service) -> tuple[str, str]:
    return service.build or ".", service.architecture
