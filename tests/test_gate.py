"""The gate for anyone's Terraform: what is accepted, what is new, what fails, and what runs it."""

import json
import os
import re
import shlex
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import stage3c
import yaml
from stage3c.diagnostics import Diagnostic, Severity, Span
from stage3c.gate import GateError, as_baseline, selected, without_ignored, without_known
from stage3c.output.junit import as_junit

from tests.conftest import ROOT
from tests.test_cli import stage3c as command

HCL = """\
resource "aws_ecs_cluster" "main" {
  name = "main"
}
"""
RULE = "SVC210"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "main.tf").write_text(HCL)
    return tmp_path


def codes(folder: Path, *options: str | Path) -> list[str]:
    done = command("audit", folder, "--format", "json", *options)
    return [each["code"] for each in json.loads(done.stdout)["diagnostics"]]


def ignoring(folder: Path, comment: str, *, above: bool = True) -> list[str]:
    text = f"{comment}\n{HCL}" if above else HCL.replace("{\n", f"{{ {comment}\n", 1)
    (folder / "main.tf").write_text(text)
    audited = stage3c.audit(folder)
    return [each.code for each in without_ignored(audited.findings, audited.lines)]


def test_the_folder_has_the_finding(folder: Path) -> None:
    assert RULE in codes(folder)


@pytest.mark.parametrize(
    "comment", [f"# stage3c:ignore {RULE} billed elsewhere", f"// stage3c:ignore {RULE}: as agreed"]
)
@pytest.mark.parametrize("above", [True, False])
def test_a_comment_with_a_reason_accepts_the_finding_of_its_line_or_the_next(
    folder: Path,
    comment: str,
    above: bool,  # noqa: FBT001 - a parameter
) -> None:
    found = ignoring(folder, comment, above=above)
    assert RULE not in found
    assert not {"AUD116", "AUD117"} & set(found)


@pytest.mark.parametrize(
    ("comment", "code"),
    [
        (f"# stage3c:ignore {RULE}", "AUD116"),
        ("# stage3c:ignore", "AUD116"),
        ("# stage3c:ignore because", "AUD116"),
        ("# stage3c:ignore NET204 not this one", "AUD117"),
    ],
)
def test_a_comment_without_reason_or_finding_ignores_nothing_and_is_told(folder: Path, comment: str, code: str) -> None:
    assert {RULE, code} <= set(ignoring(folder, comment))


def test_a_comment_far_away_or_inside_a_text_ignores_nothing(folder: Path) -> None:
    assert RULE in ignoring(folder, f"# stage3c:ignore {RULE} reason\n\n")
    assert RULE in ignoring(folder, f'locals {{ x = "a # stage3c:ignore {RULE} reason" }}')


def test_only_new_findings_fail_against_a_baseline(folder: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "known.json"
    written = command("audit", folder, "--baseline", baseline, "--write-baseline")
    assert written.returncode == 0
    assert "known finding" in written.stderr
    (folder / "main.tf").write_text("\n# moved\n" + HCL)
    assert codes(folder, "--baseline", baseline) == []
    (folder / "main.tf").write_text(HCL + HCL.replace("main", "other"))
    fresh = stage3c.audit(folder).findings
    left = without_known(fresh, json.loads(baseline.read_text()), str(folder))
    assert left
    assert all("other" in each.cause for each in left)


def test_a_baseline_that_is_none_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text('{"a": 1}')
    done = command("audit", folder, "--baseline", tmp_path / "b.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--write-baseline" in done.stderr


def test_a_baseline_counts() -> None:
    one = Diagnostic("NET204", Severity.ERROR, "T", "a cause on line 4.", "f", Span("d/x.tf", 4))
    moved = Diagnostic("NET204", Severity.ERROR, "T", "a cause on line 9.", "f", Span("d/x.tf", 9))
    document = json.loads(as_baseline([one], "d"))
    assert without_known([moved], document, "d") == []
    assert without_known([one, moved], document, "d") == [moved]


@pytest.mark.parametrize("word", [RULE, "SVC", "services", "svc210", f"NET204,{RULE}"])
def test_rules_are_selected_by_id_beginning_or_subject(folder: Path, word: str) -> None:
    found = stage3c.audit(folder).findings
    assert RULE in {each.code for each in selected(found, [word])}
    assert RULE not in {each.code for each in selected(found, [], [word])}


def test_a_word_that_selects_nothing_is_refused(folder: Path) -> None:
    with pytest.raises(GateError):
        selected([], ["netwrok"])
    assert command("audit", folder, "--select", "netwrok").returncode == 2


def test_fail_on_decides_on_the_exit_code(folder: Path) -> None:
    assert command("audit", folder, "--select", RULE).returncode == 0
    assert command("audit", folder, "--select", RULE, "--fail-on", "warning").returncode == 1


def test_junit_has_one_case_for_each_finding(folder: Path) -> None:
    (folder / "main.tf").write_text(HCL + 'output "x" {\n  value = aws_lb.none.arn\n}\n')
    done = command("audit", folder, "--format", "junit")
    suite = ET.fromstring(done.stdout)[0]  # noqa: S314 - our own output
    audited = stage3c.audit(folder)
    assert len(suite) == len(audited.findings) == int(suite.attrib["tests"])
    errors = sum(each.severity is Severity.ERROR for each in audited.findings)
    assert len(suite.findall("testcase/failure")) == int(suite.attrib["failures"]) == errors > 0


def test_junit_of_nothing_and_of_odd_characters_is_xml() -> None:
    odd = Diagnostic("X", Severity.BUG, '<&"', "\x00 ]]> \ud800", "f", Span('a"b'))
    for found in ([], [odd]):
        assert ET.fromstring(as_junit(found))[0].attrib["tests"] == "1"  # noqa: S314 - our own output


def test_the_python_api_gives_typed_results(folder: Path) -> None:
    text = (ROOT / "specs" / "minimal.yaml").read_text(encoding="utf-8")
    assert stage3c.validate(text).ok
    assert [each.code for each in stage3c.validate("project: [x").findings] == ["SPEC001"]
    assert stage3c.audit(folder).resources == 1
    proof = stage3c.prove(text)
    assert proof.ok
    assert proof.proven == all(stack["proven"] for stack in proof.stacks)
    assert not stage3c.prove("a: 1").proven
    with pytest.raises(AttributeError):
        _ = stage3c.nothing


def test_importing_the_package_imports_nothing_else() -> None:
    code = "import sys, stage3c; print(sorted(name for name in sys.modules if name.startswith('stage3c.')))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT / "compiler"
    )
    assert done.stdout.strip() == "[]"


def with_command(tmp_path: Path) -> dict[str, str]:
    """An environment whose PATH has `stage3c`."""
    script = tmp_path / "bin" / "stage3c"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -m stage3c "$@"\n')
    script.chmod(0o755)
    return {**os.environ, "PATH": f"{script.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT / "compiler")}


def test_the_pre_commit_hooks_run(folder: Path, tmp_path: Path) -> None:
    hooks = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    environment = with_command(tmp_path)
    spec = ROOT / "specs" / "minimal.yaml"
    assert re.search(hooks["stage3c-validate"]["files"], "infra/stage3c.yaml")
    for hook, argument in (("stage3c-validate", spec), ("stage3c-audit", folder)):
        line = [*shlex.split(hooks[hook]["entry"]), str(argument)]
        done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("fail_on", "code"), [("error", 0), ("warning", 1)])
def test_the_action_runs_its_audit(folder: Path, tmp_path: Path, fail_on: str, code: int) -> None:
    action = yaml.safe_load((ROOT / ".github" / "actions" / "audit" / "action.yml").read_text())
    install, audit = action["runs"]["steps"]
    assert (
        ROOT / ".github" / "actions" / "audit" / install["env"]["ACTION_ROOT"].split("}}/")[1] / "pyproject.toml"
    ).is_file()
    given = {"AUDITED": str(folder), "BASELINE": "", "FAIL_ON": fail_on, "ARGUMENTS": f"--select {RULE}"}
    assert set(audit["env"]) == set(given)
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", audit["run"]],
        env={**with_command(tmp_path), **given},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert "::warning" in done.stdout
