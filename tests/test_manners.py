"""Everyday manners of the command line: help, version, standard input, completion."""

import threading

import pytest
import typer.main
from stage3c.cli import progress
from stage3c.cli.console import rule_ids
from stage3c.cli.main import application

from tests.conftest import ROOT
from tests.test_cli import stage3c as command

COMMANDS = sorted(typer.main.get_command(application()).commands)  # type: ignore[attr-defined] # it is a group


def test_no_argument_prints_help_and_exits_0() -> None:
    done = command()
    assert done.returncode == 0
    assert done.stdout == command("-h").stdout == command("--help").stdout
    assert "validate" in done.stdout


def test_the_version_has_a_short_option() -> None:
    assert command("-V").stdout == command("--version").stdout != ""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_help_has_examples_that_name_the_command(name: str) -> None:
    group = typer.main.get_command(application())
    inner = group.commands[name]  # type: ignore[attr-defined] # it is a group
    context = typer.Context(inner, info_name=name)
    told = inner.get_help(context)
    assert "Examples:" in told
    assert f"stage3c {name}" in told.split("Examples:")[1]


def test_a_dash_reads_standard_input() -> None:
    text = (ROOT / "specs" / "stage3v3.yaml").read_text(encoding="utf-8")
    assert command("validate", "-", given=text).returncode == 0
    wrong = command("validate", "-", given=text.replace("port: 8000", "prot: 8000"))
    assert wrong.returncode == 1
    assert "stdin.yaml:48" in wrong.stdout
    assert command("prove", "-", given=text).returncode == 0


def test_rule_ids_complete() -> None:
    assert "NET204" in rule_ids("net2")
    assert all(code.startswith("NET2") for code in rule_ids("net2"))


def test_slow_work_is_told_on_a_terminal_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    came = threading.Event()

    def say(text: str) -> None:
        told.append(text)
        came.set()

    monkeypatch.setattr(progress, "say", say)
    monkeypatch.setattr(progress, "_FIRST_SECONDS", 0.0)
    for is_terminal in (False, True):
        monkeypatch.setattr("sys.stderr.isatty", lambda answer=is_terminal: answer)
        with progress.working("compiling"):
            assert came.wait(timeout=60 * is_terminal) == is_terminal
    assert told[0].startswith("compiling (")


def test_a_command_alone_is_found_where_the_whole_command_line_has_it() -> None:
    for name in COMMANDS:
        part = typer.main.get_command(application(name)).commands  # type: ignore[attr-defined] # it is a group
        assert name in part
        assert len(part) < len(COMMANDS), f"{name} is in no row of the table"
