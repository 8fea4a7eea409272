"""What the FastAPI service makes of its environment: every variable of its contract, missing or malformed, and all at once."""

import ast
from pathlib import Path

import pytest
from app import database, options, settings
from stage3c.pipeline import compile_spec
from stage3c.resources.contract import Kind, Variable, variables

from tests.conftest import ROOT
from tests.services.fastapi_service import start

ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-0a1b2c3d-AbCdEf"
JSON = '{"username": "app", "password": "hunter2"}'
GOOD = {
    "DB_HOST": "main.abc.us-east-1.rds.amazonaws.com",
    "DB_NAME": "agentic_aws_db",
    "DB_PASSWORD": "hunter2",
    "DB_PORT": "5432",
    "DB_SECRET_ARN": ARN,
    "DB_USERNAME": "app",
}
BAD: dict[Kind, list[tuple[str, str]]] = {
    "host": [
        ("", "is empty"),
        ("https://hunter2.example", "holds a URL"),
        ("hunter2 x", "is not a host name"),
        ("hunter2:5432", "is not a host name"),
        (ARN, "holds an ARN, not a value"),
        (JSON, "is not a host name"),
    ],
    "port": [
        ("", "is empty"),
        ("hunter2", "is not a port"),
        ("0", "is not a port"),
        ("65536", "is not a port"),
        ("\uff15\uff14", "is not a port"),
    ],
    "name": [("", "is empty"), ("hunter2 x", "is not a name"), ("x" * 64, "is not a name"), (ARN, "holds an ARN, not a value")],
    "arn": [("", "is not an ARN"), ("hunter2", "is not an ARN"), (JSON, "is not an ARN"), ("arn:aws:hunter2", "is not an ARN")],
    "secret value": [
        ("", "is empty"),
        (ARN, "holds the ARN of a secret, not its value"),
        (JSON, "holds a whole JSON secret, not one value"),
    ],
}  # fmt: skip


def contract(spec: str) -> list[Variable]:
    compilation = compile_spec((ROOT / "specs" / f"{spec}.yaml").read_bytes(), f"{spec}.yaml")
    return variables(compilation.builds[0].stack, "fastapi")


CONTRACT = contract("stage3v3-replica")
TABLE = [(each.name, value, said) for each in CONTRACT for value, said in BAD[each.kind]]


@pytest.fixture(autouse=True)
def good_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)


def faults() -> list[str]:
    with pytest.raises(settings.SettingsError) as caught:
        settings.load()
    assert "hunter2" not in repr(caught.value)
    assert caught.value.__cause__ is None
    return caught.value.faults


def test_the_table_is_about_every_variable_of_the_reference() -> None:
    assert {each.name for each in contract("stage3v3")} == set(GOOD)
    assert {each.name for each in CONTRACT} == {*GOOD, "DB_REPLICA_HOST"} == set(settings.Settings.model_fields)


def test_a_good_environment_is_taken_and_shows_no_secret() -> None:
    loaded = settings.load()
    assert (loaded.DB_PORT, loaded.DB_PASSWORD.get_secret_value(), loaded.DB_REPLICA_HOST) == (5432, "hunter2", None)
    assert "hunter2" not in f"{loaded!r} {loaded} {loaded.model_dump()} {loaded.model_dump_json()}"


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_missing_variable_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)
    (fault,) = faults()
    assert fault.startswith(f"{name} is missing; expected: ")


@pytest.mark.parametrize(("name", "value", "said"), TABLE)
def test_a_malformed_variable_is_named_with_what_is_wrong(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    (fault,) = faults()
    assert fault.startswith(f"{name} {said}")


def test_everything_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in GOOD:
        monkeypatch.delenv(name)
    assert [fault.split()[0] for fault in faults()] == sorted(GOOD)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("LOG_LEVEL", value) for value in ("hunter2", "", "TRACE")],
        *[("PORT", value) for value in ("hunter2", "", " 80", "+80", "8_0", "0", "65536", "1e3")],
        *[("HOST", value) for value in ("", " ")],
        *[("LOCAL_DATABASE_WITHOUT_TLS", value) for value in ("", "1", "hunter2")],
        ("DB_SSLROOTCERT", "/no/hunter2"),
    ],
)
def test_a_malformed_option_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DB_SSLROOTCERT", __file__)
    assert options.load_all()[1].LOG_LEVEL == "INFO"
    monkeypatch.setenv(name, value)
    with pytest.raises(settings.SettingsError, match=f"^{name} .*; expected: .*[.]$|^{name} names no file") as caught:
        options.load_all()
    assert "hunter2" not in str(caught.value)


def test_only_a_database_on_this_machine_may_have_no_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_DATABASE_WITHOUT_TLS", "true")
    with pytest.raises(settings.SettingsError, match="the database is not on this machine"):
        options.load_all()
    for host in ("localhost", "127.0.0.1"):
        monkeypatch.setenv("DB_HOST", host)
        given, chosen = options.load_all()
        assert database.parameters_of(given, chosen, host, 1)["sslmode"] == "disable"
    monkeypatch.setenv("DB_REPLICA_HOST", "replica.example")
    with pytest.raises(settings.SettingsError, match="the database is not on this machine"):
        options.load_all()


@pytest.mark.slow
@pytest.mark.parametrize(("module", "exit_code"), [("app", 78), ("app.migrate", 78)])
def test_a_service_with_the_mistakes_of_the_incident_does_not_start(
    tmp_path: Path, module: str, exit_code: int
) -> None:
    """The host comes from no secret, an ARN is no password, and all of it is said by one start."""
    given = {**GOOD, "DB_PASSWORD": ARN, "DB_USERNAME": JSON, "DB_SECRET_ARN": "hunter2"}
    del given["DB_HOST"]
    with (tmp_path / "output").open("w+b") as file:
        code = start(given, file.fileno(), module).wait(30)
    written = (tmp_path / "output").read_text(encoding="utf-8")
    assert code == exit_code
    assert "DB_HOST is missing" in written
    assert "DB_PASSWORD holds the ARN of a secret, not its value" in written
    assert "DB_USERNAME holds a whole JSON secret, not one value" in written
    assert "DB_SECRET_ARN is not an ARN" in written
    assert "DB_SSLROOTCERT names no file" in written
    assert "hunter2" not in written


def test_the_host_never_comes_from_a_secret() -> None:
    """A secret of RDS has the keys username and password, and no code of the service asks it for another."""
    asked = {
        node.slice.value
        for path in (ROOT / "services" / "fastapi" / "app").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.value, ast.Name)
        and node.value.id == "found" and isinstance(node.slice.value, str)
    }  # fmt: skip
    assert asked == {"username", "password"}
