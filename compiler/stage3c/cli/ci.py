"""`stage3c ci github`: a workflow that checks, plans and releases, and the roles that it needs."""

import re
from pathlib import Path, PurePosixPath
from typing import Annotated, Final

import typer

from stage3c.cli.console import (
    FINDINGS,
    GENERATED,
    USAGE,
    Format,
    Fresh,
    Out,
    Specs,
    compile_all,
    fail,
    print_findings,
    say,
    write,
)
from stage3c.diagnostics import has_errors
from stage3c.output import files, report

app = typer.Typer(rich_markup_mode=None)
_group = typer.Typer(
    help="Write what a CI service needs.",
    no_args_is_help=True,
    epilog="Examples:\n\n  stage3c ci github stage3c.yaml --repository example/shop",
)
app.add_typer(_group, name="ci")

_REPOSITORY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}")
_BRANCH: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]{0,200}")
_PATH: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./ -]*")
_REQUIREMENT: Final = re.compile(r"(?!.*: )[A-Za-z0-9][A-Za-z0-9 ._@:/+,=<>~!\[\]-]{0,300}")


@_group.callback()
def _ci() -> None:
    """Keep `github` a word of its own."""


@_group.command()
def github(
    specs: Specs,
    repository: Annotated[str, typer.Option("--repository", metavar="OWNER/NAME", help="Repository on GitHub.")],
    account: Annotated[
        str, typer.Option("--account", help="AWS account, where the spec names none: twelve digits.")
    ] = "",
    branch: Annotated[str, typer.Option("--branch", help="Branch whose commits are released.")] = "main",
    install: Annotated[
        str,
        typer.Option("--install", metavar="REQUIREMENT", help="What pip installs in the workflow; else this version."),
    ] = "",
    check: Fresh = False,
    out: Out = GENERATED,
) -> None:
    """Write a GitHub workflow that checks, plans and releases without stored keys, with the IAM policies of its roles."""
    from stage3c.delivery.ci import HEADER, WORKFLOW, Target, account_of, github_files  # noqa: PLC0415 - only here

    _refuse(repository, _REPOSITORY, "--repository is not OWNER/NAME.", "--repository acme/shop")
    _refuse(branch, _BRANCH, "--branch is not the name of a branch.", "--branch main")
    if install:
        example = "--install 'stage3c[aws,verify] @ git+https://github.com/acme/stage3c@v1'"
        _refuse(install, _REQUIREMENT, "--install is not a requirement of pip.", example)
    for path in (*specs, out):
        if path.is_absolute() or ".." in path.parts or not _PATH.fullmatch(str(path)):
            cause = f"{report.printable(str(path))} is not a path below this folder."
            fail(USAGE, cause, "run the command in the root of the repository.")
    compilations, found = compile_all(specs, None, out)
    if has_errors(found):
        print_findings(compilations, found, Format.TEXT)
        raise typer.Exit(FINDINGS)
    builds = [build for compilation in compilations.values() for build in compilation.builds]
    target = Target(repository, branch, account, str(PurePosixPath(out)), install)
    for build in builds:
        if not re.fullmatch(r"[0-9]{12}", account_of(build, target)):
            cause = f"{build.stack_name} has no AWS account in it."
            fail(USAGE, cause, "--account 123456789012, or write `account` in the spec.")
    texts = {Path(path): text for path, text in github_files(builds, target).items()}
    if files.is_file(Path(WORKFLOW)) and HEADER not in files.head(Path(WORKFLOW)):
        fail(USAGE, f"{WORKFLOW} was not written by this command.", "rename it, or remove it.")
    write(texts, builds, found, check=check)
    for path in texts:
        say(f"wrote {report.printable(str(path))}")
    if not install:
        say(f"the workflow installs {target.requirement} from the package index; --install names another source")


def _refuse(given: str, pattern: "re.Pattern[str]", cause: str, fix: str) -> None:
    if not pattern.fullmatch(given):
        fail(USAGE, cause, fix)
