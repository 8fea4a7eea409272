"""`stage3c init`: whatever is answered or detected, the spec validates without a finding."""

import json
import string
from pathlib import Path

import pytest
import stage3c
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from stage3c.aws.facts import load
from stage3c.output.detection import detect
from stage3c.output.parts import Found, Part
from stage3c.output.starter import SPEC, Answers, project_name, spec_text, starter_files

from tests.test_cli import stage3c as command

REGIONS = sorted(region for region, letters in load("regions")["zone_letters_by_region"].items() if len(letters) > 2)
KEYS = st.from_regex(r"[a-z][a-z0-9]{0,12}(-[a-z0-9]{1,8})?", fullmatch=True)
PARTS = st.builds(
    Part,
    key=KEYS,
    build=st.sampled_from([".", "api", "services/web"]),
    port=st.none() | st.integers(1024, 65535),
    user=st.sampled_from([None, "1000", "app", "root", "1000:1000"]),
    health_path=st.sampled_from([None, "/health", "/up?x=1"]),
    runtime=st.sampled_from([None, "python", "node"]),
    arm=st.booleans(),
    command=st.sampled_from([(), ("python", "-m", "worker"), ("a b", "it's", "é")]),
    published=st.booleans(),
    uses_database=st.booleans(),
    environment=st.dictionaries(
        st.sampled_from(["LOG_LEVEL", "DEBUG", "A"]),
        st.text(string.ascii_letters + string.digits, min_size=1, max_size=9),
        max_size=2,
    ),
)


@st.composite
def connected(draw: st.DrawFn) -> list[Part]:
    """Parts, some of which call others."""
    parts = draw(st.lists(PARTS, min_size=1, max_size=4, unique_by=lambda part: part.key))
    others = st.dictionaries(st.sampled_from(["API_URL", "OTHER_URL"]), st.sampled_from([each.key for each in parts]))
    return [replace(part, calls=draw(others)) for part in parts]


ANSWERS = st.builds(
    Answers,
    project=st.text(max_size=60).map(project_name),
    parts=connected(),
    database=st.booleans(),
    domain=st.sampled_from([None, "example.com", "shop.example.org"]),
    region=st.sampled_from(REGIONS),
    budget=st.sampled_from(["cheapest", "standard", "high-availability"]),
    email=st.sampled_from([None, "ops@example.com"]),
)
COMPOSE = """\
services:
  api:
    build: {context: ./api}
    ports: ["8080:8000"]
    environment: {LOG_LEVEL: info, DB_PASSWORD: hunter2, DATABASE_URL: postgres://u:p@db/x, DEBUG: false}
  jobs:
    build: jobs
    environment: [MODE=worker, API_TOKEN=abc]
  db: {image: "postgres:16"}
  cache: {image: redis}
"""
DOCKERFILE = "FROM --platform=linux/arm64 python:3.13-slim AS app\nEXPOSE 8000/tcp\nUSER app\nHEALTHCHECK CMD curl http://localhost:8000/up\n"
KINDS = {
    "nothing": ({}, ["--image", "nginx:1.27.3", "--port", "80"]),
    "dockerfile": ({"Dockerfile": DOCKERFILE}, []),
    "node": ({"package.json": '{"dependencies": {"pg": "8"}}'}, []),
    "python": ({"pyproject.toml": '[project]\ndependencies = ["psycopg>=3"]\n'}, ["--budget", "standard"]),
    "compose": ({"compose.yaml": COMPOSE, "api/Dockerfile": DOCKERFILE}, ["--domain", "example.com", "--ci"]),
}


@pytest.mark.parametrize("word", ["true", "false", "null", "Null", "no", "e1"])
def test_words_that_yaml_could_read_otherwise_stay_text(word: str) -> None:
    part = Part(key=word.lower(), build=word, user=word, environment={word: word})
    answers = Answers(word.lower(), [part], database=False, domain=None, region="us-east-1", budget="cheapest")
    assert stage3c.validate(spec_text(answers)).findings == ()


@settings(max_examples=25, deadline=None)
@given(ANSWERS)
def test_what_is_written_validates_without_a_finding(answers: Answers) -> None:
    found = stage3c.validate(spec_text(answers)).findings
    allowed = {"SEC104", "SVC107"}  # a variable may look like a secret, which `detect` leaves out
    assert [each for each in found if each.code not in allowed] == []


def test_a_compose_file_gives_services_and_database_and_no_secret() -> None:
    found = detect({"compose.yaml": COMPOSE, "api/Dockerfile": DOCKERFILE})
    assert [part.key for part in found.parts] == ["api", "jobs"]
    api, jobs = found.parts
    assert (api.build, api.port, api.user, api.health_path, api.arm, api.runtime) == (
        "api",
        8000,
        "app",
        "/up",
        True,
        "python",
    )
    assert api.environment == {"LOG_LEVEL": "info", "DEBUG": "false"}
    assert jobs.environment == {"MODE": "worker"}
    assert found.database


def test_drivers_of_postgresql_ask_for_a_database() -> None:
    assert detect({"package.json": '{"dependencies": {"pg": "8"}}'}).database
    assert detect({"pyproject.toml": 'dependencies = ["asyncpg"]'}).database
    assert not detect({"package.json": '{"dependencies": {"express": "5"}}'}).database
    assert detect({"package.json": "[", "pyproject.toml": "x ="}).parts[0].runtime == "node"


@given(
    st.dictionaries(
        st.sampled_from(["Dockerfile", "compose.yml", "package.json", "pyproject.toml"]), st.text(max_size=200)
    )
)
def test_no_text_makes_detection_fail(texts: dict[str, str]) -> None:
    assert isinstance(detect(texts), Found)


@pytest.mark.parametrize("kind", KINDS)
def test_five_kinds_of_project_validate_at_once(kind: str, tmp_path: Path) -> None:
    texts, options = KINDS[kind]
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    done = command("init", tmp_path, "--name", "shop", "--yes", *options)
    assert done.returncode == 0, done.stderr
    checked = command("validate", tmp_path / SPEC)
    assert (checked.returncode, checked.stdout) == (0, "")
    assert "hunter2" not in (tmp_path / SPEC).read_text()
    assert (tmp_path / ".github/workflows/stage3c.yml").is_file() == ("--ci" in options)


def test_at_most_six_questions_are_asked(tmp_path: Path) -> None:
    done = command("init", tmp_path, "--name", "shop", given="\n" * 6)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("]:") == 5
    assert command("validate", tmp_path / SPEC).returncode == 0


def test_a_spec_is_never_overwritten_and_a_wrong_answer_writes_nothing(tmp_path: Path) -> None:
    wrong = command("init", tmp_path, "--yes", "--region", "eu-cental-1")
    assert wrong.returncode == 2
    assert "use eu-central-1" in wrong.stderr
    for option, value in (("--budget", "rich"), ("--image", "nginx:latest"), ("--domain", "not a domain")):
        assert command("init", tmp_path, "--yes", option, value).returncode == 2
    assert list(tmp_path.iterdir()) == []
    (tmp_path / SPEC).write_text("mine")
    assert command("init", tmp_path, "--yes").returncode == 2
    assert (tmp_path / SPEC).read_text() == "mine"


def test_the_editor_settings_lead_to_the_schema() -> None:
    part = Part("web", build=".", port=80)
    texts = starter_files(Answers("shop", [part], False, None, "eu-central-1", "cheapest"), ci=True)  # noqa: FBT003 - an answer
    settings_of_editor = json.loads(texts[".vscode/settings.json"])
    assert set(settings_of_editor["yaml.schemas"]) <= set(texts)
    assert "stage3c validate stage3c.yaml" in texts[".github/workflows/stage3c.yml"]
