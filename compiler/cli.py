"""The command line: the only place that prints and exits.

Data goes to standard output, talk to standard error. Exit 0 clean, 1 findings, 2 usage, 3 environment.
"""

import gc
import json
import os
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

# What a short run need not pay for: looking for plugins of pydantic, of which there are none, and tidying up all the time.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
gc.set_threshold(50_000, 20, 50)

import typer

from compiler import __version__, files, names, report
from compiler.diagnostics import Diagnostic, Severity, Span, has_errors, in_order
from compiler.model.stack import Stack
from compiler.pipeline import Build, Compilation, clashes, compile_spec
from compiler.rules import catalogue
from compiler.wording import nearest

FINDINGS, USAGE, ENVIRONMENT = 1, 2, 3

app = typer.Typer(
    name="stage3c",
    help="Compile a one-page spec of a web application on AWS to Terraform, and refuse what cannot work.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Format(StrEnum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


Specs = Annotated[list[Path], typer.Argument(metavar="SPEC…", help="Spec files.", show_default=False)]
Spec = Annotated[Path, typer.Argument(metavar="SPEC", help="A spec file.", show_default=False)]
Env = Annotated[str | None, typer.Option("--env", help="One environment of the spec; all of them unless told.")]
Out = Annotated[Path, typer.Option("--out", help="Where the stacks are written, each to a folder.")]
Fresh = Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 with a diff where the output is stale.")]
Findings = Annotated[Format, typer.Option("--format", help="How findings are written.")]


@app.command()
def validate(specs: Specs, env: Env = None, output: Findings = Format.TEXT) -> None:
    """Judge specs and write nothing."""
    compilations, diagnostics = _compile(specs, env)
    _print_findings(compilations, diagnostics, output)
    _finish(diagnostics, f"{len(specs)} spec{'s' if len(specs) > 1 else ''} judged")


@app.command()
def build(
    specs: Specs,
    env: Env = None,
    out: Out = Path("generated"),
    check: Fresh = False,
    output: Findings = Format.TEXT,
) -> None:
    """Compile specs to Terraform JSON, one folder for each stack."""
    builds, diagnostics = _judged(specs, env, output)
    _write(_rendered(builds, out), diagnostics, check=check)
    _finish(diagnostics, f"{len(builds)} stack{'s' if len(builds) != 1 else ''} built")


@app.command()
def bootstrap(
    specs: Specs,
    env: Env = None,
    out: Out = Path("generated"),
    migrate: Annotated[
        bool, typer.Option("--migrate", help="Also write the backend: the state of the bucket moves into the bucket.")
    ] = False,
    check: Fresh = False,
    output: Findings = Format.TEXT,
) -> None:
    """Write the stack that other stacks keep their state in: a bucket and its lock table."""
    from compiler.render import state_store_files  # noqa: PLC0415 - as in `build`
    from compiler.resources.state_store import state_stores  # noqa: PLC0415 - likewise

    builds, diagnostics = _judged(specs, env, output)
    texts = {
        out / store.name / name: text
        for store in state_stores(build.stack for build in builds)
        for name, text in state_store_files(store, moved=migrate).items()
    }
    _write(texts, diagnostics, check=check)
    _finish(diagnostics, "the README beside it says how to apply it")


@app.command()
def preflight(
    spec: Spec,
    env: Env = None,
    endpoint_url: Annotated[str | None, typer.Option("--endpoint-url", help="Another address of AWS.")] = None,
    save: Annotated[Path | None, typer.Option("--save", help="Write what AWS answered, as JSON.")] = None,
    saved: Annotated[Path | None, typer.Option("--from", help="Judge such a file, and ask nobody.")] = None,
    output: Annotated[Format, typer.Option("--format", help="text or json.")] = Format.TEXT,
) -> None:
    """Look at the AWS account, read-only: what would stop the apply."""
    from compiler.live.account import LiveError  # noqa: PLC0415 - only this command looks at an account
    from compiler.live.preflight import run  # noqa: PLC0415 - likewise
    from compiler.live.table import as_json, as_table, summary  # noqa: PLC0415 - likewise

    stack = _one_stack(spec, env, output)
    try:
        rows = run(stack, endpoint_url, save, saved)
    except (LiveError, files.FileError) as error:
        _fail(ENVIRONMENT, report.printable(error.cause), report.printable(error.fix))
    print(as_json(stack, rows) if output is Format.JSON else report.printable_lines(as_table(rows)), end="")
    _say(summary(rows))
    if all(row.outcome == "unknown" for row in rows):
        raise typer.Exit(ENVIRONMENT)
    if any(row.outcome == "error" for row in rows):
        raise typer.Exit(FINDINGS)


@app.command()
def prove(
    spec: Spec,
    env: Env = None,
    output: Annotated[Format, typer.Option("--format", help="text or json.")] = Format.TEXT,
) -> None:
    """Print why the stack will work: every flow with its way, every permission with the statement that grants it."""
    from compiler import evidence  # noqa: PLC0415 - only this command tells it

    compilations, diagnostics = _compile([spec], env)
    if has_errors(diagnostics):
        _print_findings(compilations, diagnostics, output)
        _finish(diagnostics, "nothing was proven")
    builds = [(build.stack_name, build.graph) for each in compilations.values() for build in each.builds]
    found = [evidence.as_object(graph, name) for name, graph in builds if graph is not None]
    if output is Format.JSON:
        print(json.dumps({"stacks": found}, indent=2, ensure_ascii=False))
    else:
        print("\n".join(report.printable_lines(evidence.as_text(each)) for each in found), end="")
    if not all(each["proven"] for each in found):
        raise typer.Exit(FINDINGS)


@app.command("audit")
def audit_terraform(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A folder of Terraform, or a plan or state by terraform show -json.")
    ],
    var_file: Annotated[
        list[Path] | None, typer.Option("--var-file", help="Values of variables, as Terraform takes them.")
    ] = None,
    output: Findings = Format.TEXT,
) -> None:
    """Judge Terraform that anybody wrote by the same rules."""
    from compiler.audit import audit  # noqa: PLC0415 - the readers are slow to import, and nothing else needs them

    try:
        reading = files.read_terraform(path, [str(file) for file in var_file or []])
    except files.FileError as error:
        _fail(USAGE, report.printable(error.cause), report.printable(error.fix))
    diagnostics = audit(reading)
    _print_all(diagnostics, reading.lines, output)
    count = len(reading.graph.resources) if reading.graph else 0
    _finish(diagnostics, f"{count} resource{'s' if count != 1 else ''} judged")


@app.command("names")
def list_names(
    spec: Spec,
    env: Env = None,
    output: Annotated[Format, typer.Option("--format", help="text or json.")] = Format.TEXT,
) -> None:
    """List every AWS name of a spec, with its limit and the line that it comes from."""
    from compiler.name_list import as_table, names_of  # noqa: PLC0415 - only this command lists names

    compilations, diagnostics = _compile([spec], env)
    if has_errors(diagnostics):
        _print_findings(compilations, diagnostics, output)
        _finish(diagnostics, "no names listed")
    rows = [row for compilation in compilations.values() for build in compilation.builds for row in names_of(build)]
    if output is Format.JSON:
        print(json.dumps({"names": [row.as_object() for row in rows]}, indent=2, ensure_ascii=False))
        return
    print(as_table(rows))


@app.command("check-name")
def check_name(
    kind: Annotated[
        str, typer.Argument(metavar="TYPE.ATTRIBUTE", help="aws_lb.name, or - for JSON lines on standard input.")
    ],
    name: Annotated[str | None, typer.Argument(metavar="NAME")] = None,
) -> None:
    """Judge one name by AWS's rules: exit 0 or 1, with the reason."""
    if kind == "-":
        for row in names.judge_lines(line.decode("utf-8", "surrogateescape") for line in sys.stdin.buffer):
            print(json.dumps(row))
        return
    if name is None:
        _fail(USAGE, "check-name needs a name.", "stage3c check-name aws_lb.name my-load-balancer")
    verdict = names.judge(kind, name)
    if not verdict.known:
        near = names.nearest_kind(kind)
        _fail(
            USAGE,
            f"no rule is known for {report.printable(kind)}.",
            f"did you mean {near}?" if near else "see the README.",
        )
    shown = report.printable(json.dumps(name, ensure_ascii=False))
    if verdict.legal:
        print(f"{shown} is a legal {kind}.")
        return
    for reason in verdict.broken:
        print(f"{shown} is not a legal {kind}: it {report.printable(reason)}.")
    raise typer.Exit(FINDINGS)


@app.command()
def rules(output: Annotated[Format, typer.Option("--format", help="text or json.")] = Format.TEXT) -> None:
    """List all rules."""
    if output is Format.JSON:
        rows = [{"id": rule.id, "severity": rule.severity, "title": rule.title} for rule in catalogue().values()]
        print(json.dumps({"rules": rows}, indent=2))
        return
    for rule in catalogue().values():
        print(f"{rule.id:<8} {rule.severity:<8} {rule.title}")


@app.command()
def explain(rule_id: Annotated[str, typer.Argument(metavar="RULE", help="A rule's id, such as NET101.")]) -> None:
    """Explain a rule: what it finds, why it matters, how to mend it."""
    code = rule_id.upper()
    if code.startswith("PRE"):
        from compiler.live.checks import all_checks  # noqa: PLC0415 - only these ids need them

        if code in all_checks():
            print(all_checks()[code].explanation())
            return
    rule = catalogue().get(code)
    if rule is None:
        near = nearest(code, catalogue())
        fix = f"did you mean {near}?" if near else "stage3c rules"
        _fail(USAGE, f"there is no rule {report.printable(rule_id)}.", fix)
    print(report.explanation(rule))


@app.command()
def schema() -> None:
    """Print the spec language's JSON Schema, for editors."""
    from compiler.json_schema import spec_schema  # noqa: PLC0415 - only this command makes it

    print(json.dumps(spec_schema(), indent=2, ensure_ascii=False))


def main() -> NoReturn:
    """Run the command; a closed pipe or a Ctrl-C ends it quietly."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(0)


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        print(__version__)
        raise typer.Exit


def _compile(specs: Sequence[Path], env: str | None) -> tuple[dict[str, Compilation], list[Diagnostic]]:
    """Every spec's compilation by its file, and all findings; a file that cannot be read is a finding too."""
    compilations: dict[str, Compilation] = {}
    diagnostics: list[Diagnostic] = []
    for path in dict.fromkeys(specs):
        try:
            compilations[str(path)] = compile_spec(files.read_spec(path), str(path), env)
        except files.FileError as error:
            diagnostics.append(_file_fault(str(path), error))
    diagnostics += [found for compilation in compilations.values() for found in compilation.diagnostics]
    return compilations, in_order(diagnostics)


def _judged(specs: Sequence[Path], env: str | None, output: Format) -> tuple[list[Build], list[Diagnostic]]:
    """What can be written of some specs, with the findings that are told; errors end the command."""
    compilations, diagnostics = _compile(specs, env)
    builds = [build for compilation in compilations.values() for build in compilation.builds]
    diagnostics = in_order([*diagnostics, *clashes(builds)])
    _print_findings(compilations, diagnostics, output)
    if has_errors(diagnostics):
        _finish(diagnostics, "nothing was written")
    return builds, diagnostics


def _one_stack(spec: Path, env: str | None, output: Format) -> Stack:
    """The one stack of a spec that a command is about; its findings are told where it has errors."""
    compilations, diagnostics = _compile([spec], env)
    if has_errors(diagnostics):
        _print_findings(compilations, diagnostics, output)
        _finish(diagnostics, "nothing was looked at")
    builds = compilations[str(spec)].builds
    if len(builds) != 1:
        names = ", ".join(build.environment for build in builds)
        _fail(USAGE, f"the spec has several environments: {names}.", f"--env {builds[0].environment}")
    return builds[0].stack


def _file_fault(path: str, error: files.FileError) -> Diagnostic:
    rule = catalogue()["SPEC108"]
    return Diagnostic(rule.id, Severity.ERROR, rule.title, error.cause, error.fix, Span(path))


def _rendered(builds: Sequence[Build], out: Path) -> dict[Path, str]:
    from compiler.render import stack_files  # noqa: PLC0415 - cdktf and jinja2 are slow to import, and validate needs neither

    return {out / made.stack_name / name: text for made in builds for name, text in stack_files(made).items()}


def _write(texts: dict[Path, str], diagnostics: Sequence[Diagnostic], *, check: bool) -> None:
    if check:
        _report_stale(texts, diagnostics)
    try:
        files.write_all(texts)
    except files.FileError as error:
        _fail(ENVIRONMENT, error.cause, error.fix)
    for path in texts:
        if path.name == "main.tf.json":
            _say(f"wrote {report.printable(str(path.parent))}")


def _report_stale(texts: dict[Path, str], diagnostics: Sequence[Diagnostic]) -> NoReturn:
    difference = files.stale(texts)
    if difference:
        print("".join(report.printable(line) + "\n" for line in difference.splitlines()), end="")
        _say("generated files are stale; run the same command without --check")
        raise typer.Exit(FINDINGS)
    _finish(diagnostics, "generated files are up to date")
    raise typer.Exit


def _print_findings(compilations: dict[str, Compilation], diagnostics: Sequence[Diagnostic], output: Format) -> None:
    _print_all(diagnostics, {file: compilation.lines for file, compilation in compilations.items()}, output)


def _print_all(diagnostics: Sequence[Diagnostic], lines: report.Lines, output: Format) -> None:
    writers: dict[Format, Any] = {
        Format.JSON: report.as_json,
        Format.GITHUB: report.as_github,
        Format.SARIF: report.as_sarif,
    }
    if output in writers:
        text = writers[output](diagnostics)
        print(text, end="" if output is Format.GITHUB else "\n")
        return
    text = report.as_text(diagnostics, lines, colour=_wants_colour())
    if text:
        print(text)


def _finish(diagnostics: Sequence[Diagnostic], outcome: str) -> None:
    """Say how it went, and leave with 1 where there are errors (2 where a file could not even be read)."""
    counts = report.summary(diagnostics)
    _say(f"{outcome}: {counts}" if counts else f"{outcome}: no findings")
    if has_errors(diagnostics):
        raise typer.Exit(
            USAGE if all(d.code == "SPEC108" for d in diagnostics if d.severity is Severity.ERROR) else FINDINGS
        )


def _fail(code: int, cause: str, fix: str) -> NoReturn:
    _say(f"error: {cause}\n  fix: {fix}")
    raise typer.Exit(code)


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _wants_colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


if __name__ == "__main__":
    main()
