"""Which jobs a rehearsal runs, in which order, and from which folder."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from stage3c.pipeline import compile_spec
from stage3c.rehearsal.agent import jobs
from stage3c.rehearsal.agent.programs import Program
from stage3c.rehearsal.agent.room import no_namespaces
from stage3c.rehearsal.directory import Directory
from stage3c.rehearsal.failure import Failed, LeftOut
from stage3c.rehearsal.processes import processes
from stage3c.rehearsal.services import Services, folder_of, outcome
from stage3c.resources.jobs import JobHome

from tests.conftest import ROOT

REFERENCE = ROOT / "specs" / "stage3v3.yaml"
JOB = "  migrate: {like: fastapi, command: [python, -m, app.migrate], run: before_release}\n"
MORE = """  clean: {like: fastapi, command: [python, -m, app.clean]}
  first: {like: fastapi, command: [python, -m, app.first], run: before_release}
"""


@pytest.mark.parametrize(
    ("count", "is_checked", "said"),
    [
        (2, True, "2 tasks are healthy"),
        (1, True, "1 task is healthy"),
        (1, False, "1 task runs, without a health check"),
        (0, False, "0 tasks run, without a health check"),
    ],
)
def test_only_what_is_checked_is_called_healthy(count: int, said: str, *, is_checked: bool) -> None:
    assert outcome(count, is_checked=is_checked) == said


@pytest.mark.parametrize(("build_folder", "runs"), [("services/fastapi", True), ("somewhere/else", False)])
def test_jobs_before_a_release_run_in_the_order_of_the_spec_from_the_folder_of_their_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, build_folder: str, *, runs: bool
) -> None:
    ran: list[tuple[str, str]] = []

    def job_of(_account: Any, home: JobHome, _state: Any) -> Any:
        container = {"name": home.container, "command": ["python", "-m", f"app.{home.name}"]}
        return SimpleNamespace(family=f"agentic-aws-stage3v3-{home.name}", containers=(container,), ports=[])

    def run(_agent: Any, _job: Any, home: JobHome, place: str) -> str:
        ran.append((home.name, place))
        return home.name

    def program(folder: Path, container: Any, *_: Any) -> Program:
        assert folder == ROOT / "services" / "fastapi"
        return Program(folder, tuple(container["command"]), {}, "")

    monkeypatch.setattr("stage3c.rehearsal.services.program", program)
    monkeypatch.setattr(jobs, "job_of", job_of)
    monkeypatch.setattr(jobs, "run", run)
    text = REFERENCE.read_text(encoding="utf-8").replace(JOB, MORE + JOB)
    text = text.replace("build: services/fastapi", f"build: {build_folder}")
    lines = [1 + text[: text.index(f"  {name}: {{like")].count("\n") for name in ("first", "migrate")]
    (build,) = compile_spec(text.encode(), str(REFERENCE)).builds
    with processes(tmp_path) as running:
        services: Any = Services(build, running, Directory())
        notes = [*services.run_jobs(None, None, {})]
    if runs:
        assert ran == [("first", f"{REFERENCE}:{lines[0]}"), ("migrate", f"{REFERENCE}:{lines[1]}")]
    else:
        assert ran == []
        assert notes == [
            f"job {name}: not run, since the source code of fastapi is not available" for name in ("first", "migrate")
        ]


def test_a_stand_in_answers_without_source_code_and_on_the_port_of_the_metadata(tmp_path: Path) -> None:
    text = REFERENCE.read_text(encoding="utf-8").replace("port: 3000", "port: 80")

    def stand_ins(text: str) -> list[str]:
        (build,) = compile_spec(text.encode(), str(REFERENCE)).builds
        with processes(tmp_path) as running:
            return Services(build, running, Directory()).stand_ins()

    assert stand_ins(REFERENCE.read_text(encoding="utf-8")) == []
    assert stand_ins(text) == ["nodejs"]
    assert stand_ins(text.replace("build: services/fastapi", "build: elsewhere")) == ["fastapi", "nodejs"]


def test_a_folder_is_looked_for_below_each_root(tmp_path: Path) -> None:
    (tmp_path / "two" / "api").mkdir(parents=True)
    assert folder_of("api", tmp_path / "one", tmp_path / "two") == tmp_path / "two" / "api"
    assert folder_of("web", tmp_path / "one", tmp_path / "two") is None


@pytest.mark.parametrize(
    ("present", "reason"),
    [
        (("ip", "mount", "sh"), "Here: not on the PATH: unshare"),
        (("sh",), "Here: not on the PATH: unshare, ip, mount"),
        (("ip", "mount", "sh", "unshare"), "Here: unshare: unshare failed: Operation not permitted"),
    ],
)
def test_without_namespaces_no_service_is_started_and_the_reason_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, present: tuple[str, ...], reason: str
) -> None:
    for name in present:
        (tmp_path / name).write_text("#!/bin/sh\necho 'unshare: unshare failed: Operation not permitted' >&2\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    (build,) = compile_spec(REFERENCE.read_bytes(), str(REFERENCE)).builds
    no_namespaces.cache_clear()
    unused: Any = None
    try:
        with processes(tmp_path / "logs") as running:
            services = Services(build, running, Directory())
            services.prepare()
            with pytest.raises(LeftOut) as left_out:
                services.start(unused, {}, unused)
    finally:
        no_namespaces.cache_clear()
    assert str(left_out.value).startswith("no service is started: each task needs user, network and mount namespaces")
    assert str(left_out.value).endswith(reason)


@pytest.mark.parametrize("failure", [None, Failed("no packages.", "install them."), OSError("no space")], ids=str)
def test_packages_are_installed_while_terraform_applies_and_a_failure_waits_for_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: Exception | None
) -> None:
    installed: list[str] = []

    def made(folder: Path, *_: Any) -> None:
        installed.append(folder.name)
        if failure is not None:
            raise failure

    monkeypatch.setattr("stage3c.rehearsal.services.program", made)
    monkeypatch.setattr("stage3c.rehearsal.services.has_namespaces", lambda: True)
    monkeypatch.setattr("stage3c.rehearsal.databases.Databases.prepare", lambda *_: None)
    (build,) = compile_spec(REFERENCE.read_bytes(), str(REFERENCE)).builds
    with processes(tmp_path) as running:
        services = Services(build, running, Directory())
        services.prepare()
        assert services._installing is not None  # noqa: SLF001 - what `start` waits for
        assert services._installing.result(30) is None  # noqa: SLF001 - likewise
        services.stop()
        assert installed == ["fastapi", "nodejs"]
        services.prepare()
        services.stop()
        assert installed == ["fastapi", "nodejs"]
