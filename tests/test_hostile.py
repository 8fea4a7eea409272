"""Folders, files and machines that are hostile: a clear answer soon, an exit code that means what it says, never a traceback."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from stage3c import pipeline
from stage3c.audits import audit
from stage3c.cli import console, failures
from stage3c.diagnostics import internal_error
from stage3c.language.source import read
from stage3c.output import files, report
from stage3c.policy.patterns import matches
from stage3c.readers.configuration import read_configuration
from stage3c.rules import asking, catalogue

from tests.conftest import ROOT

EXAMPLE = (ROOT / "compiler" / "stage3c" / "rules" / "example.yaml").read_text(encoding="utf-8")
MEGABYTE = 2**20
SECONDS_MAX, KIB_MAX = 60, 2**20  # of the processor: 20 s alone, and more where something else fills its caches


def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "stage3c", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT / "compiler",
        env={**os.environ, **environment},
        timeout=120,
    )


def test_links_that_lead_to_themselves_pipes_and_folders_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "loop.tf").symlink_to(tmp_path / "loop.tf")
    (tmp_path / "one.tf").symlink_to(tmp_path / "two.tf")
    (tmp_path / "two.tf").symlink_to(tmp_path / "one.tf")
    (tmp_path / "gone.tf").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder.tf").mkdir()
    os.mkfifo(tmp_path / "pipe.tf")
    (tmp_path / "x").symlink_to(tmp_path)
    (tmp_path / "main.tf").write_text('module "x" {\n  source = "./x"\n}\nresource "aws_eip" "a" {}\n')
    reading = read_configuration(str(tmp_path), files.read_folder)
    assert reading.graph is not None
    assert "aws_eip.a" in reading.graph.resources


def test_check_does_not_wait_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "main.tf.json")
    assert "not a regular file" in files.stale({tmp_path / "main.tf.json": "{}"})


def test_a_link_between_here_and_a_settings_module_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere" / "app").mkdir(parents=True)
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "api").symlink_to(tmp_path / "elsewhere")
    monkeypatch.chdir(tmp_path / "here")
    assert files.is_reached_by_link(Path("api/app/settings.py"))
    assert not files.is_reached_by_link(Path("own/app/settings.py"))


@pytest.mark.parametrize("char", ["\u202e", "\u2066", "\u200f", "\u061c", "\x1b", "\x7f", "\x9b", "\x00"])
def test_control_characters_are_refused_in_every_text(char: str) -> None:
    written = json.dumps(f"ops{char}@example.com")
    for text in (f"monitoring: {{email: {written}}}", f"tags: {{{written}: a}}", f"tags: {{a: {written}}}"):
        document, found = read(text.encode(), "spec.yaml")
        assert document is None
        assert [each.code for each in found] == ["SPEC011"]


def test_no_format_passes_on_what_controls_a_terminal() -> None:
    text = 'resource "aws_lb" "x" {\n  name = "a\\u202eb\\u001b[31m"\n}\n'
    reading = read_configuration(".", lambda path: {"main.tf": text.encode()} if path == "." else None)
    found = audit(reading)
    assert any("NAM201" in each.code for each in found)
    for output in (
        report.as_text(found, reading.lines),
        report.as_json(found),
        report.as_sarif(found),
        report.as_github(found),
    ):
        assert not {"\u202e", "\x1b"} & set(output)


def plan(values: dict[str, Any], kind: str = "aws_lb") -> str:
    one = {"address": f"{kind}.a", "mode": "managed", "type": kind, "name": "a", "values": values}
    return json.dumps({"format_version": "1.2", "planned_values": {"root_module": {"resources": [one]}}})


LARGE = {
    "word.json": lambda: plan({"name": "x" * 60 * MEGABYTE}),
    "command.json": lambda: plan(
        {"container_definitions": json.dumps([{"name": "x" * 30 * MEGABYTE}])}, "aws_ecs_task_definition"
    ),
    "list.json": lambda: plan({"subnets": ["a"] * 900_000}),
    "maps.json": lambda: plan({"x": [{}] * 10 * MEGABYTE}),
    "keys.json": lambda: plan({f"k{number}": 1 for number in range(900_000)}),
    "deep.json": lambda: "[" * 60 * MEGABYTE,
    "long.tf": lambda: f'locals {{\n  a = "{"x" * (11 * MEGABYTE // 4)}"\n}}\n',
    "secret.tf": lambda: f'locals {{\n  a = "{"secret" * (MEGABYTE // 4)}"\n}}\n',
    "longer.tf": lambda: f'locals {{\n  a = "{"x" * 60 * MEGABYTE}"\n}}\n',
    "blank.tf": lambda: "x = <<A\n" + "\n" * MEGABYTE,
    "minus.tf": lambda: "x = 1" + "-1" * MEGABYTE,
    "blocks.tf": lambda: "".join(f'resource "aws_eip" "a{n}" {{\n  domain = "vpc"\n}}\n' for n in range(13_000)),
    "texts.tf": lambda: f'locals {{\n  a = "{"${var.x}" * 30_000}"\n}}\n',
    "text.tf.json": lambda: json.dumps({"locals": {"a": "x" * 60 * MEGABYTE}}),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_any_file_is_judged_or_refused_soon_and_in_little_memory(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(LARGE[name]())
    script = (
        "import os, sys\n"
        "process = os.spawnv(os.P_NOWAIT, sys.executable, [sys.executable, '-m', 'stage3c', 'audit', sys.argv[1]])\n"
        "_, status, used = os.wait4(process, 0)\n"
        "print(os.waitstatus_to_exitcode(status), used.ru_maxrss, used.ru_utime + used.ru_stime)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / name)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT / "compiler",
    )
    code, kib, seconds = done.stdout.splitlines()[-1].split()
    assert int(code) in (0, 1)
    assert "Traceback" not in done.stderr
    assert float(seconds) < SECONDS_MAX
    assert int(kib) < KIB_MAX


@pytest.mark.parametrize("unit", ["*a", "?*", "a*b", "«x»*"])
def test_no_pattern_takes_for_ever(unit: str) -> None:
    start = time.process_time()
    matches(unit * 40 + "b", "a" * 4000)
    assert time.process_time() - start < SECONDS_MAX / 10


def test_a_rule_that_fails_is_no_finding_and_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: object) -> Any:
        raise KeyError("a value of the user's")

    monkeypatch.setattr(asking, "failure", lambda rule, error: internal_error(error, rule.id))
    rules = dict(catalogue())
    broken = rules["NAM201"]
    monkeypatch.setattr("stage3c.audits.catalogue", lambda: {**rules, "NAM201": _with(broken, fails)})
    text = 'resource "aws_lb" "x" {\n  name = "internal-x"\n}\n'
    found = audit(read_configuration(".", lambda path: {"main.tf": text.encode()} if path == "." else None))
    assert [each.code for each in report.bugs(found)] == ["NAM201"]
    assert "NET210" in {each.code for each in found}
    assert "user's" not in report.as_json(found)
    assert [each["code"] for each in json.loads(report.as_json(found))["internal_errors"]] == ["NAM201"]
    assert "NAM201" not in report.as_text(found, {})
    notes = json.loads(report.as_sarif(found))["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert len(notes) == 1
    assert "::error title=stage3c internal error::" in report.as_github(found)


def _with(rule: Any, check: Any) -> Any:
    from msgspec.structs import replace

    return replace(rule, check_graph=check)


@pytest.mark.parametrize("output", ["text", "json", "sarif", "github"])
def test_an_unexpected_exception_is_one_line_and_valid_json(
    output: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> None:
        raise AssertionError("CANARY")

    monkeypatch.setattr(sys, "argv", ["stage3c", "validate", "x.yaml", "--format", output])
    with pytest.raises(SystemExit) as left:
        failures.run(fails)
    told = capsys.readouterr()
    assert left.value.code == console.INTERNAL == 70
    assert told.err.count("\n") == 1
    assert told.err.startswith("error: internal error: AssertionError at ")
    assert "CANARY" not in told.out + told.err
    if output in ("json", "sarif"):
        json.loads(told.out)


@pytest.mark.parametrize("error", [OSError(28, "no space"), MemoryError()])
def test_what_the_machine_lacks_exits_3(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> None:
        raise error

    monkeypatch.setattr(sys, "argv", ["stage3c", "build", "x.yaml"])
    with pytest.raises(SystemExit) as left:
        failures.run(fails)
    assert left.value.code == 3
    assert "fix: " in capsys.readouterr().err


def test_standard_output_that_is_full_exits_3() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "stage3c", "rules"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            cwd=ROOT / "compiler",
        )
    assert done.returncode == 3
    assert "Traceback" not in done.stderr


def test_a_failing_pass_of_a_spec_exits_70(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "failure", lambda rule, error: internal_error(error, rule.id))
    rules = dict(catalogue())
    monkeypatch.setattr(pipeline, "rules_of_specs", lambda: {"NET101": _failing(rules["SVC101"])})
    found = pipeline.compile_spec(EXAMPLE.encode(), "shop.yaml")
    assert found.failed
    with pytest.raises(Exception, match="70"):
        console.finish(found.diagnostics, "done")


def _failing(rule: Any) -> Any:
    from msgspec.structs import replace

    return replace(rule, check_spec=lambda _: 1 / 0, check_graph=None)
