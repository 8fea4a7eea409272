"""Logins to a registry: the user's settings work, and the password is nowhere afterwards."""

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from stage3c.delivery.logins import private_login

REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
OTHERS = {"auths": {"registry.example": {"auth": "abc"}}}


def written(path: Path, content: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_docker_keeps_other_registries_contexts_and_plugins_and_no_helper_gets_the_password(tmp_path: Path) -> None:
    settings = {**OTHERS, "credsStore": "keychain", "credHelpers": {REGISTRY: "ecr-login"}, "currentContext": "remote"}
    own = written(tmp_path / ".docker" / "config.json", settings)
    written(tmp_path / ".docker" / "contexts" / "meta" / "one.json", "{}")
    with private_login("docker", REGISTRY, {"HOME": str(tmp_path)}) as variables:
        folder = Path(variables["DOCKER_CONFIG"])
        told = json.loads((folder / "config.json").read_text())
        assert told == {**settings, "credHelpers": {REGISTRY: ""}}
        assert stat.S_IMODE((folder / "config.json").stat().st_mode) == 0o600
        assert (folder / "contexts" / "meta" / "one.json").is_file()
        written(folder / "config.json", {"auths": {REGISTRY: {"auth": "geheim"}}})
    assert not folder.exists()
    assert json.loads(own.read_text()) == settings
    assert (tmp_path / ".docker" / "contexts" / "meta" / "one.json").is_file()


def test_a_folder_of_settings_that_is_named_is_the_one_that_counts(tmp_path: Path) -> None:
    written(tmp_path / ".docker" / "config.json", {"currentContext": "wrong"})
    named = written(tmp_path / "named" / "config.json", OTHERS).parent
    with private_login("docker", REGISTRY, {"HOME": str(tmp_path), "DOCKER_CONFIG": str(named)}) as variables:
        assert json.loads(Path(variables["DOCKER_CONFIG"], "config.json").read_text())["auths"] == OTHERS["auths"]


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"credHelpers": 3}', "\udcff", "[" * 100_000])
def test_settings_that_are_missing_or_broken_stop_no_login(content: str | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / ".docker").mkdir()
        (tmp_path / ".docker" / "config.json").write_bytes(content.encode(errors="surrogateescape"))
    with private_login("docker", REGISTRY, {"HOME": str(tmp_path)}) as variables:
        told = json.loads(Path(variables["DOCKER_CONFIG"], "config.json").read_text())
    assert told == {"credHelpers": {REGISTRY: ""}}


@pytest.mark.parametrize(
    ("variable", "place"),
    [
        ("REGISTRY_AUTH_FILE", "mine.json"),
        ("XDG_RUNTIME_DIR", "containers/auth.json"),
        ("XDG_CONFIG_HOME", "containers/auth.json"),
        ("HOME", ".docker/config.json"),
    ],
)
@pytest.mark.parametrize("program", ["podman", "buildah"])
def test_podman_and_buildah_keep_the_logins_to_other_registries(
    program: str, variable: str, place: str, tmp_path: Path
) -> None:
    settings = {**OTHERS, "credHelpers": {REGISTRY: "ecr-login", "other": "pass"}}
    own = written(tmp_path / place, settings)
    value = own if variable == "REGISTRY_AUTH_FILE" else tmp_path
    with private_login(program, REGISTRY, {"HOME": str(tmp_path / "none"), variable: str(value)}) as variables:
        file = Path(variables["REGISTRY_AUTH_FILE"])
        assert json.loads(file.read_text()) == {**OTHERS, "credHelpers": {"other": "pass"}}
        assert file.stat().st_mode & 0o077 == 0
    assert not file.exists()
    assert json.loads(own.read_text()) == settings


def test_a_release_that_fails_leaves_no_login(tmp_path: Path) -> None:
    with pytest.raises(KeyError), private_login("docker", REGISTRY, {"HOME": str(tmp_path)}) as variables:
        raise KeyError
    assert not os.path.lexists(variables["DOCKER_CONFIG"])
