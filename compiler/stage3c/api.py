"""The Python API: `stage3c.validate`, `stage3c.audit` and `stage3c.prove`, which the command line calls as well.

Prints nothing and never exits. A spec or folder with mistakes gives findings; only a file that cannot be read raises.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from stage3c.diagnostics import Diagnostic, Edit, has_errors
from stage3c.language.fixes import edited
from stage3c.output import files
from stage3c.pipeline import Compilation, compile_spec
from stage3c.resources.load_balancers import Kept

_OF_SHAPE = {"SPEC101", "SPEC102", "SPEC103", "SPEC104", "SPEC105"}
"""What rules find later, once the shape is right, is no reason against a fix."""
_ROUNDS = 60


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


def fix(text: str, file: str = "stage3c.yaml", environment: str | None = None) -> tuple[str, int]:
    """Apply the fixes that are certain to the text of a spec: the new text, and how many there were.

    A fix that leaves its finding, or brings another fault of the spec language, is not applied.
    """
    refused: set[Edit] = set()
    count = 0
    for _ in range(_ROUNDS):
        found = compiled(text, file, environment).diagnostics
        edits = {each.edit for each in found if each.edit} - refused
        if not edits:
            break
        together = edited(text, edits)
        if _is_better(found, edits, compiled(together, file, environment)):
            text, count = together, count + len(edits)
            continue
        alone = min(edits, key=lambda each: (each.span.line, each.span.column))
        candidate = edited(text, [alone])
        if _is_better(found, {alone}, compiled(candidate, file, environment)):
            text, count = candidate, count + 1
        else:
            refused.add(alone)
    return text, count


def _is_better(before: Sequence[Diagnostic], edits: set[Edit], after: Compilation) -> bool:
    """Tell whether what was edited is gone and nothing of the spec language is new."""
    gone = {(each.code, each.path) for each in before if each.edit in edits}
    old = {(each.code, each.path) for each in before} - gone
    new = {(each.code, each.path) for each in after.diagnostics}
    return not new & gone and not {each for each in new - old if each[0] in _OF_SHAPE}


def compiled(
    text: str | bytes, file: str, environment: str | None = None, kept: Callable[[str], Kept] = lambda _: {}
) -> Compilation:
    """A spec taken through all passes; `kept` is as in `compile_spec`."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return compile_spec(data, file, environment, kept)


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
