"""The command line: the only place that prints and exits.

Data goes to standard output, messages to standard error. Exit 0 clean, 1 findings, 2 usage, 3 environment, 70 internal error.
"""

import gc
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Annotated, Final, NoReturn

# What a short run need not pay for: looking for plugins of pydantic, of which there are none, and tidying up all the time.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
gc.set_threshold(200_000, 20, 50)

import typer

from stage3c import __version__
from stage3c.cli import failures
from stage3c.cli.examples import add_examples

_COMMANDS: Final[Mapping[str, Sequence[str]]] = {
    "compiling": ("validate", "build", "contract", "bootstrap", "prove"),
    "catalogue": ("names", "check-name", "rules", "explain", "schema"),
    "live": ("preflight", "adopt", "cleanup"),
    "rehearse": ("rehearse",),
    "delivery": ("explain-error", "verify"),
    "tagging": ("tag",),
    "jobs": ("run",),
    "ci": ("ci",),
    "operating": ("status", "logs"),
    "release": ("release",),
    "rollback": ("rollback",),
    "states": ("state",),
    "sessions": ("exec", "connect"),
    "auditing": ("audit",),
    "starting": ("init",),
    "formatting": ("fmt",),
    "reporting": ("report",),
}
"""The commands of each module, in the order in which they are listed. Only the module of the command that runs is imported."""


def application(command: str | None = None) -> typer.Typer:
    """The whole command line, or only the part of it that has a command, if that is one."""
    found = [module for module, names in _COMMANDS.items() if command in names]
    app = typer.Typer(
        name="stage3c",
        help="Compile a one-page spec of a web application on AWS to Terraform, and reject what cannot work.",
        context_settings={"help_option_names": ["-h", "--help"]},
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback(invoke_without_command=True)(_without_command)
    for module in found or _COMMANDS:
        app.add_typer(import_module(f"stage3c.cli.{module}").app)
    add_examples(app)
    return app


def main() -> NoReturn:
    """Run the command; a closed pipe or Ctrl-C ends it without a traceback, and a bug of ours with one line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    failures.run(_command)


def _command() -> object:
    is_completing = "_STAGE3C_COMPLETE" in os.environ
    return application(None if is_completing else next(iter(sys.argv[1:]), None))()


def _without_command(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", "-V", help="Print the version and exit.")] = False,
) -> None:
    if version:
        print(__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit


if __name__ == "__main__":
    main()
