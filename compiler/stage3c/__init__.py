"""stage3c: a spec of a web application on AWS, compiled to Terraform that has been shown to work.

`validate`, `fix`, `audit` and `prove` are the Python API; they are imported when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stage3c.api import Audit, Proof, Result, audit, fix, prove, validate
    from stage3c.diagnostics import Diagnostic

__version__ = "0.1.0"
__all__ = ["Audit", "Diagnostic", "Proof", "Result", "__version__", "audit", "fix", "prove", "validate"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever is asked for
    if name in __all__:
        return getattr(import_module("stage3c.diagnostics" if name == "Diagnostic" else "stage3c.api"), name)
    raise AttributeError(f"module 'stage3c' has no attribute '{name}'")
