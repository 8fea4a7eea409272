"""`stage3c tag` as a user runs it: the spec on disk before and after."""

import os
from pathlib import Path
from typing import Any

import pytest
from stage3c.delivery import spec_file
from stage3c.output.files import FileError
from stage3c.pipeline import compile_spec

from tests.command import run_inside
from tests.conftest import ROOT, SPECS


def copied(folder: Path, name: str, *changes: tuple[str, str]) -> Path:
    text = (ROOT / "specs" / name).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refused(spec: Path, *words: str) -> str:
    """What a command says that must not change the spec."""
    before = spec.read_bytes()
    done = run_inside("tag", spec, *words)
    assert done.returncode in (1, 2, 3), done.stderr
    assert spec.read_bytes() == before
    assert sorted(path.name for path in spec.parent.iterdir() if path.name.startswith(".")) == []
    return done.stdout + done.stderr


def stacks(path: Path) -> dict[str, Any]:
    compilation = compile_spec(path.read_bytes(), path.name)
    return {build.environment: build.stack.model_dump() for build in compilation.builds}


BUILT = [path for path in SPECS if "build:" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("spec", BUILT, ids=lambda path: path.name)
def test_the_stack_is_the_same_but_for_the_tags_of_all_built_services(spec: Path, tmp_path: Path) -> None:
    path = copied(tmp_path, spec.name)
    wanted = stacks(path)
    built = sorted({key for stack in wanted.values() for key, each in stack["services"].items() if each["build"]})
    done = run_inside("tag", path, *(f"{key}=v77" for key in built))
    assert done.returncode == 0, done.stderr
    for stack in wanted.values():
        for key in built:
            stack["services"][key]["tag"] = "v77"
    assert stacks(path) == wanted
    old, new = spec.read_text(encoding="utf-8").splitlines(), path.read_text(encoding="utf-8").splitlines()
    assert [line for line in new if "v77" not in line] == [line for line in old if line in new]


def test_a_tag_goes_into_the_environment_that_is_named(tmp_path: Path) -> None:
    path = copied(tmp_path, "dev-prod.yaml")
    done = run_inside("tag", path, "app=v2", "--env", "dev")
    assert "environments.dev.services.app.tag: v1 -> v2" in done.stderr
    assert {name: stack["services"]["app"]["tag"] for name, stack in stacks(path).items()} == {
        "dev": "v2",
        "prod": "v1",
    }
    done = run_inside("tag", path, "app=v3")
    assert "services.app.tag: v1 -> v3" in done.stderr
    assert "environment dev has a tag of its own" in done.stderr
    assert {name: stack["services"]["app"]["tag"] for name, stack in stacks(path).items()} == {
        "dev": "v2",
        "prod": "v3",
    }


def test_a_tag_that_is_there_already_changes_nothing(tmp_path: Path) -> None:
    path = copied(tmp_path, "stage3v3.yaml")
    assert run_inside("tag", path, "nodejs=v2").returncode == 0
    before = path.read_bytes(), path.stat().st_ino
    done = run_inside("tag", path, "nodejs=v2")
    assert (done.returncode, done.stderr) == (0, "services.nodejs.tag: v2 already\n")
    assert (path.read_bytes(), path.stat().st_ino) == before


def test_the_permissions_of_the_file_stay(tmp_path: Path) -> None:
    path = copied(tmp_path, "stage3v3.yaml")
    path.chmod(0o640)
    assert run_inside("tag", path, "nodejs=v2").returncode == 0
    assert path.stat().st_mode & 0o777 == 0o640


def test_all_or_nothing(tmp_path: Path) -> None:
    path = copied(tmp_path, "stage3v3.yaml")
    assert "use nodejs" in refused(path, "fastapi=v2", "nodjs=v2")
    assert "given twice" in refused(path, "fastapi=v2", "fastapi=v3")
    assert "not SERVICE=TAG" in refused(path, "fastapi=v2", "nodejs")
    assert "is not a tag" in refused(path, "fastapi=v2\nx: 1")


def test_an_external_image_gets_the_tag_and_a_digest_is_refused(tmp_path: Path) -> None:
    image = ("build: services/nodejs", "image: registry.example:5000/nodejs:1.0   # ours")
    path = copied(tmp_path, "stage3v3.yaml", image)
    done = run_inside("tag", path, "nodejs=1.1")
    assert done.returncode == 0, done.stderr
    assert "    image: registry.example:5000/nodejs:1.1   # ours\n" in path.read_text(encoding="utf-8")
    assert "not built from a folder" in refused(path, "nodejs=auto")
    path = copied(tmp_path, "stage3v3.yaml", ("build: services/nodejs", f"image: nodejs@sha256:{'a' * 64}"))
    assert "a digest names one image" in refused(path, "nodejs=v2")


def test_a_service_of_one_environment_only_needs_its_name(tmp_path: Path) -> None:
    path = copied(tmp_path, "dev-prod.yaml", ("services:\n  app:\n    build", "services:\n  web:\n    build"))
    text = path.read_text(encoding="utf-8").replace(
        "  prod:\n", "  prod:\n    services: {app: {build: x, cpu: 256, memory_mib: 512, subnets: private}}\n"
    )
    path.write_text(text.replace("      app: {scale", "      web: {scale"), encoding="utf-8")
    assert "add --env prod" in refused(path, "app=v2")


def test_what_is_no_spec_of_ones_own_is_refused(tmp_path: Path) -> None:
    path = copied(tmp_path, "stage3v3.yaml")
    link = tmp_path / "link.yaml"
    link.symlink_to(path)
    assert str(path) in refused(link, "nodejs=v2")
    assert link.is_symlink()
    assert "standard input" in run_inside("tag", "-", "nodejs=v2").stderr
    path.write_text("project: [", encoding="utf-8")
    assert "nothing was changed" in refused(path, "nodejs=v2")


def test_a_file_that_cannot_be_written_or_changed_meanwhile_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = copied(tmp_path, "stage3v3.yaml")
    with pytest.raises(FileError, match="changed meanwhile"):
        spec_file.replace(path, b"something else", b"new")
    may = os.access  # the tests may run as root, who may write anything
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and may(path, mode))
    assert "is not writable" in refused(path, "nodejs=v2")


def test_auto_is_the_hash_of_the_context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    path = copied(tmp_path, "stage3v3.yaml")
    assert run_inside("tag", path, "fastapi=auto", "nodejs=auto").returncode == 0
    tags = [each["tag"] for each in stacks(path)["stage3v3"]["services"].values()]
    assert len(set(tags)) == 2
    assert all(tag.startswith("ctx-") for tag in tags)
    monkeypatch.chdir(tmp_path)
    assert "has no Dockerfile" in refused(path, "fastapi=auto")


def test_auto_of_two_architectures_needs_an_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "services" / "app").mkdir(parents=True)
    (tmp_path / "services" / "app" / "Dockerfile").write_text("FROM scratch\n")
    monkeypatch.chdir(tmp_path)
    path = copied(tmp_path, "dev-prod.yaml", ("app: {scale: 1,", "app: {architecture: arm64, scale: 1,"))
    assert "add --env dev" in refused(path, "app=auto")
    assert run_inside("tag", path, "app=auto", "--env", "dev").returncode == 0
    assert run_inside("tag", path, "app=auto", "--env", "prod").returncode == 0
    tags = {stack["services"]["app"]["tag"] for stack in stacks(path).values()}
    assert len(tags) == 2
