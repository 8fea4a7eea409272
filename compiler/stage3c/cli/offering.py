"""The offer of a release to write new tags into the spec, made only to a person at a terminal."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from stage3c.cli.console import say
from stage3c.output import report

if TYPE_CHECKING:
    from stage3c.live.account import Account
    from stage3c.pipeline import Build


def has_person() -> bool:
    """Tell whether somebody can answer: never where CI is set."""
    return not os.environ.get("CI") and sys.stdin.isatty() and sys.stderr.isatty()


def wanted_tags(build: "Build", account: "Account", chosen: Sequence[str]) -> dict[str, str]:
    """The tags that are typed, by service: asked for each image that this release would not build although it may be older."""
    from stage3c.delivery.build_context import context_tag  # noqa: PLC0415 - only this and `tag` hash build contexts
    from stage3c.delivery.images import digest_of, images_of  # noqa: PLC0415 - likewise
    from stage3c.delivery.tags import AUTO, assignments  # noqa: PLC0415 - likewise
    from stage3c.live.account import UsageError  # noqa: PLC0415 - likewise

    words: list[str] = []
    for image in images_of(build, chosen):
        with suppress(UsageError):  # without its folder nothing can be built, and what is pushed needs no building
            of_context = context_tag(Path(image.folder), image.architecture)
            if image.tag != of_context and digest_of(account, image):
                name = f"services.{image.service}"
                say(
                    report.printable(
                        f"{name}: {image.tag} is pushed already and is not built again from {image.folder}."
                    )
                )
                say(f"New tag for {name} in the spec ({AUTO}: {of_context}; Enter: keep {image.tag}):")
                typed = sys.stdin.readline().strip()
                words += [f"{image.service}={typed}"] if typed else []
    return assignments(words)
