"""The command `prove`: the evidence of a spec or of a folder of Terraform, printed."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from stage3c.cli.console import USAGE, Format, compile_all, fail, finish, print_findings
from stage3c.diagnostics import Severity, has_errors
from stage3c.output import evidence, files, report


def of_folder(path: Path, var_files: Sequence[str]) -> tuple[list[dict[str, Any]], Callable[[str], str]]:
    """The evidence of a configuration as Terraform sees it: generated files, the user's own and overrides."""
    from stage3c.audits import unread  # noqa: PLC0415 - the readers are slow to import
    from stage3c.rules import diagnosed  # noqa: PLC0415 - likewise

    try:
        reading = files.read_terraform(path, list(var_files))
    except files.FileError as error:
        fail(USAGE, report.printable(error.cause), report.printable(error.fix))
    broken = [each for each in map(diagnosed, reading.faults) if each.severity is Severity.ERROR]
    if reading.graph is None:
        cause = broken[0].cause if broken else f"{path} has no Terraform that could be read."
        fail(USAGE, report.printable(reading.hidden.clean(cause)), f"run stage3c audit {report.printable(str(path))}.")
    found = evidence.as_object(reading.graph, path.name or str(path), not_read=unread(reading))
    return [found], reading.hidden.clean


def of_spec(spec: Path, env: str | None, output: Format) -> tuple[list[dict[str, Any]], Callable[[str], str]]:
    """The evidence of each stack of a spec."""
    compilations, diagnostics = compile_all([spec], env)
    if has_errors(diagnostics):
        print_findings(compilations, diagnostics, output)
        finish(diagnostics, "nothing was proven")
    builds = [(build.stack_name, build.graph) for each in compilations.values() for build in each.builds]
    found = [evidence.as_object(graph, name) for name, graph in builds if graph is not None]
    return found, next(iter(compilations.values())).hidden.clean


def as_text(found: Sequence[dict[str, Any]], clean: Callable[[str], str], *, as_json: bool) -> str:
    """Evidence to print, without what may not be shown."""
    if as_json:
        return clean(json.dumps({"stacks": list(found)}, indent=2, ensure_ascii=False)) + "\n"
    return clean("\n".join(report.printable_lines(evidence.as_text(each)) for each in found))
