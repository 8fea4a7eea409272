"""The programs that build images: which one is used, how it is called, and what it may not print."""

import json
import shlex
import sys
from pathlib import Path

import pytest
from stage3c.delivery.engines import Engine, installed
from stage3c.delivery.filling import command_for, typed_for
from stage3c.live.account import LiveError

PROGRAM = """\
#!{python}
import json, sys
with open({log!r}, "a") as log:
    log.write(json.dumps([sys.argv[1:], sys.stdin.read()]) + "\\n")
print("password=hunter2-canary")
sys.exit({code})
"""


def program(folder: Path, name: str, code: int = 0) -> Path:
    made, log = folder / name, folder / f"{name}.log"
    made.write_text(PROGRAM.format(python=sys.executable, log=str(log), code=code))
    made.chmod(0o755)
    return log


def test_docker_without_its_engine_gives_way_to_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LiveError, match="docker, podman, buildah"):
        installed(print)
    program(tmp_path, "docker", code=1)
    program(tmp_path, "buildah")
    assert installed(print).program == "buildah"
    program(tmp_path, "docker")
    assert installed(print).program == "docker"


def test_arguments_are_no_shell_text_the_password_is_typed_and_output_is_masked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    log, said = program(tmp_path, "podman"), list[str]()
    engine = Engine("podman", said.append)
    engine.log_in("1.dkr.ecr", "AWS", "geheim")
    engine.build("a; rm -rf $HOME", "arm64", "1.dkr.ecr/shop:v1")
    engine.push("1.dkr.ecr/shop:v1")
    assert [json.loads(line) for line in log.read_text().splitlines()] == [
        [["login", "--username", "AWS", "--password-stdin", "1.dkr.ecr"], "geheim"],
        [["build", "--platform", "linux/arm64", "--tag", "1.dkr.ecr/shop:v1", "a; rm -rf $HOME"], ""],
        [["push", "1.dkr.ecr/shop:v1"], ""],
    ]
    assert said == ["***"] * 3


def test_a_program_that_fails_stops_the_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    program(tmp_path, "podman", code=7)
    with pytest.raises(LiveError, match="podman push failed with exit code 7"):
        Engine("podman", lambda _: None).push("x")


def test_the_command_that_fills_a_secret_is_one_a_shell_reads_back_and_has_no_place_for_the_value() -> None:
    words = shlex.split(command_for("shop/dev/rates", "eu-west-1"))
    assert words[3:7] == ["--region", "eu-west-1", "--secret-id", "shop/dev/rates"]
    assert words[-2:] == ["--secret-string", "file:///dev/stdin"]
    assert '{"a": "VALUE", "b": "VALUE"}' in typed_for(("a", "b"))
    assert "{" not in typed_for(())
