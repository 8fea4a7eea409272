"""The Python API: `stage3c.validate`, `stage3c.audit` and `stage3c.prove`, which the command line calls as well.

Prints nothing and never exits. A spec or folder with mistakes gives findings; only a file that cannot be read raises.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from stage3c.diagnostics import Diagnostic, has_errors
from stage3c.output import files
from stage3c.pipeline import Compilation, compile_spec


class Result(Struct, frozen=True):
    """What was found, in order, with the lines of the files that findings point into."""

    findings: tuple[Diagnostic, ...]
    lines: Mapping[str, Sequence[str]]

    @property
    def ok(self) -> bool:
        """Tell whether there is no error; warnings are allowed."""
        return not has_errors(self.findings)


class Audit(Result, frozen=True):
    """The findings of Terraform, how many resources were read, and how much is unknown until apply."""

    resources: int = 0
    unknown: str = ""


class Proof(Result, frozen=True):
    """The evidence of each stack, as `stage3c prove --format json` prints it; empty where the spec has errors."""

    stacks: tuple[dict[str, Any], ...] = ()

    @property
    def proven(self) -> bool:
        """Tell whether every flow and permission of every stack is proven."""
        return self.ok and bool(self.stacks) and all(each["proven"] for each in self.stacks)


def validate(text: str | bytes, file: str = "stage3c.yaml", environment: str | None = None) -> Result:
    """Check the text of a spec; `file` is the name in findings."""
    compilation = compiled(text, file, environment)
    return Result(compilation.diagnostics, {file: compilation.lines})


def compiled(text: str | bytes, file: str, environment: str | None = None) -> Compilation:
    """A spec taken through all passes."""
    return compile_spec(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text, file, environment)


def audit(path: str | Path, var_files: Sequence[str | Path] = ()) -> Audit:
    """Check a Terraform folder or file, or a plan or state as JSON; raises `FileError` where it cannot be read."""
    from stage3c.audits import audit as audit_reading  # noqa: PLC0415 - the readers are slow to import
    from stage3c.audits import not_evaluated  # noqa: PLC0415 - likewise

    reading = files.read_terraform(Path(path), [str(file) for file in var_files])
    count = len(reading.graph.resources) if reading.graph else 0
    return Audit(tuple(audit_reading(reading)), reading.lines, count, not_evaluated(reading))


def prove(text: str | bytes, file: str = "stage3c.yaml", environment: str | None = None) -> Proof:
    """Prove the flows and permissions of each stack of a spec."""
    compilation = compiled(text, file, environment)
    return Proof(compilation.diagnostics, {file: compilation.lines}, evidence_of(compilation))


def evidence_of(compilation: Compilation) -> tuple[dict[str, Any], ...]:
    """The evidence of each stack that was compiled without errors."""
    from stage3c.output import evidence  # noqa: PLC0415 - only proofs need it

    if has_errors(compilation.diagnostics):
        return ()
    return tuple(evidence.as_object(each.graph, each.stack_name) for each in compilation.builds if each.graph)
