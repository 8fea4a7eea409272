"""Files that ship beside the code: the templates and the example specs.

A wheel has them inside the package; a checkout, and so an editable install, has them at its top level.
"""

from functools import cache
from pathlib import Path
from typing import Literal


@cache
def folder(name: Literal["templates", "specs"]) -> Path:
    """The folder of the installed package, or of the checkout that this module is part of."""
    package = Path(__file__).parent
    installed = package / "_shipped" / name
    return installed if installed.is_dir() else package.parent.parent / name
