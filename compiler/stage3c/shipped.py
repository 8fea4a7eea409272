"""What ships beside the code: the templates, the example specs, and the packages that only some commands need.

A wheel has the files inside the package; a checkout, and so an editable install, has them at its top level.
"""

import json
import shlex
from functools import cache
from pathlib import Path
from typing import Literal


@cache
def folder(name: Literal["templates", "specs"]) -> Path:
    """The folder of the installed package, or of the checkout that this module is part of."""
    package = Path(__file__).parent
    installed = package / "_shipped" / name
    return installed if installed.is_dir() else package.parent.parent / name


def requirement(*extras: str) -> str:
    """The package with optional dependencies, as pip takes it: from where it was installed, if that is recorded.

    A name alone may be another package in an index.
    https://packaging.python.org/en/latest/specifications/direct-url/ (2026-11-28)
    """
    from importlib.metadata import PackageNotFoundError, distribution  # noqa: PLC0415 - only messages need it

    name = f"stage3c[{','.join(extras)}]" if extras else "stage3c"
    try:
        told = json.loads(distribution("stage3c").read_text("direct_url.json") or "{}")
        url, version = str(told.get("url") or ""), told.get("vcs_info") or {}
        return (
            f"{name} @ {version['vcs']}+{url}@{version['commit_id']}" if version else f"{name} @ {url}" if url else name
        )
    except (PackageNotFoundError, ValueError, KeyError, AttributeError, OSError):
        return name


def install_command(extra: str) -> str:
    """The command that installs the optional dependencies of some commands."""
    return f"pip install {shlex.quote(requirement(extra))}"
