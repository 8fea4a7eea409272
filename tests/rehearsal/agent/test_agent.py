"""Tasks really start: with exactly their environment, in a network that has the flows which are open and no others."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from stage3c.rehearsal.agent.agent import Agent
from stage3c.rehearsal.agent.environment import CA_FILES
from stage3c.rehearsal.agent.room import Room, has_namespaces
from stage3c.rehearsal.failure import Failed
from stage3c.rehearsal.processes import processes

from tests.emulator import Emulator
from tests.rehearsal.agent.running import running
from tests.rehearsal.agent.shop import SERVER

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("agent"),
    pytest.mark.skipif(not has_namespaces(), reason="this machine gives no namespaces"),
]
CANARY = "CANARY-OF-THE-USER"
WAIT_MAX_SECONDS = 60


def connecting(host: str) -> str:
    return f"import socket; socket.create_connection(('{host}', 5432), 2).close(); print('connected')"


def querying(host: str, authority: str) -> str:
    """A login with the wrong password: only PostgreSQL itself, behind TLS that was verified, answers so."""
    place = f"host={host!r}, user='master', password='wrong', dbname='shop', sslmode='verify-full', sslrootcert={authority!r}"
    said = "print('password authentication failed' if 'password authentication failed' in str(error) else error)"
    lines = ("import psycopg", "try:", f"    psycopg.connect({place})", "except psycopg.OperationalError as error:")
    return "\n".join((*lines, f"    {said}"))


def test_a_task_starts_with_its_own_environment_and_what_it_needs_is_there(
    aws: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_SESSION_TOKEN", "SOME_TOKEN"):
        monkeypatch.setenv(name, CANARY)
    with running(aws, tmp_path) as shop:
        tasks = [shop.agent.start(shop.service) for _ in range(2)]
        assert [task.wait(WAIT_MAX_SECONDS) for task in tasks] == ["HEALTHY", "HEALTHY"]
        assert tasks[0].ip != tasks[1].ip
        given = shop.get(tasks[0])
        assert CANARY not in given.values()
        declared = {"DB_HOST": shop.shop.host, "DB_PORT": "5432", "TOKEN": "s3cret-t0ken", "FROM_IMAGE": "1"}
        assert given.items() >= declared.items()
        of_rehearsal = {"AWS_ENDPOINT_URL", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "HOME", "PATH", *CA_FILES}
        added = set(given) - set(declared) - of_rehearsal - {"LC_CTYPE"}
        assert added == {
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            "AWS_DEFAULT_REGION",
            "AWS_EXECUTION_ENV",
            "AWS_REGION",
            "ECS_CONTAINER_METADATA_URI",
            "ECS_CONTAINER_METADATA_URI_V4",
        }
        url = f"http://169.254.170.2{given['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI']}"
        role = f"import json, urllib.request as u; print(json.load(u.urlopen('{url}'))['RoleArn'])"
        assert shop.inside(tasks[0], role).endswith(":role/task")
        metadata = given["ECS_CONTAINER_METADATA_URI_V4"] + "/task"
        arn = f"import json, urllib.request as u; print(json.load(u.urlopen('{metadata}'))['TaskARN'])"
        assert shop.inside(tasks[0], arn) == tasks[0].arn
        assert (
            shop.inside(tasks[1], querying(shop.shop.host, given["PGSSLROOTCERT"])) == "password authentication failed"
        )
        registered = aws.client("elbv2").describe_target_health(TargetGroupArn=shop.shop.target_group)
        targets = {(each["Target"]["Id"], each["Target"]["Port"]) for each in registered["TargetHealthDescriptions"]}
        assert targets == {(task.ip, 8000) for task in tasks}
        shop.agent.stop(tasks[0])
        assert shop.directory.where(tasks[0].ip, 8000) is None
        stream = f"api/api/{tasks[0].arn.rpartition('/')[2]}"
        events = aws.client("logs").get_log_events(logGroupName="/shop", logStreamName=stream)["events"]
        assert events[0]["message"] == "listening"


def test_a_flow_without_rules_times_out_as_in_aws_and_is_explained(aws: Emulator, tmp_path: Path) -> None:
    with running(aws, tmp_path, rules=False) as shop:
        task = shop.agent.start(shop.service)
        assert "timed out" in shop.inside(task, connecting(shop.shop.host))
        assert "timed out" in shop.inside(task, connecting("10.7.0.250"))
        assert any("aws_db_instance.main tcp/5432 (queries) is blocked" in each for each in task.blocked)


@pytest.mark.parametrize(
    ("server", "state", "reason"),
    [
        ("import os, sys\nsys.exit(f'no {os.environ[\"TOKEN\"]}')", "STOPPED", "api exits with 1: no ***"),
        (SERVER.replace("8000", "9000"), "UNHEALTHY", "Connection refused"),
    ],
    ids=["it exits", "another port"],
)
def test_a_task_that_does_not_get_healthy_says_why_without_a_secret(
    aws: Emulator, tmp_path: Path, server: str, state: str, reason: str
) -> None:
    with running(aws, tmp_path, server, start_period=4) as shop:
        task = shop.agent.start(shop.service)
        assert task.wait(WAIT_MAX_SECONDS) == state
        assert reason in task.reason


def test_a_task_that_cannot_be_made_leaves_neither_an_interface_nor_a_process(aws: Emulator, tmp_path: Path) -> None:
    with running(aws, tmp_path) as shop:
        found = shop.service
        (tmp_path / "api" / "pyproject.toml").unlink()

        def present() -> tuple[int, int]:
            told = aws.client("ec2").describe_network_interfaces()["NetworkInterfaces"]
            return len(told), len([*Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()])

        before = present()
        with pytest.raises(Failed, match="neither pyproject"):
            shop.agent.start(found)
        assert present() == before


def test_a_room_ends_with_everything_in_it(tmp_path: Path) -> None:
    code = "import os, time; os.setsid() if os.fork() == 0 else None; time.sleep(600)"
    with processes(tmp_path) as started:
        room = Room(started, "room.log")
        where: dict[str, Any] = {"folder": "/", "environment": {"MARK": str(tmp_path)}, "log": str(tmp_path / "x.log")}
        room.ask("start", name="x", command=[sys.executable, "-c", code], **where)
        while len(marked(tmp_path)) < 2:
            time.sleep(0.05)
        room.end()
        assert marked(tmp_path) == []
        with pytest.raises(Failed):
            room.ask("look")


def test_after_ctrl_c_inside_a_question_its_answer_is_not_taken_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any) -> Any:
        raise KeyboardInterrupt

    with processes(tmp_path) as started:
        room = Room(started, "room.log")
        with monkeypatch.context() as patch:
            patch.setattr(socket, "recv_fds", interrupted)
            with pytest.raises(KeyboardInterrupt):
                room.ask("network", addresses=[], files={})
        with pytest.raises(Failed):
            room.ask("look")
        room.end()


PARENT = """
import signal, sys, time
from pathlib import Path
from stage3c.rehearsal.agent.room import Room
from stage3c.rehearsal.processes import processes
signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background ignores it
with processes(Path(sys.argv[1])) as running:
    room = Room(running, "room.log")
    command = [sys.executable, "-c", "import os, time; os.setsid() if os.fork() == 0 else None; time.sleep(600)"]
    where = {"folder": "/", "environment": {"MARK": sys.argv[1]}, "log": sys.argv[1] + "/x.log"}
    room.ask("start", name="x", command=command, **where)
    print("started", flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_whatever_ends_the_rehearsal_no_process_of_a_task_stays(tmp_path: Path, number: signal.Signals) -> None:
    path = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=path
    )
    assert parent.stdout is not None
    with parent.stdout:
        parent.stdout.readline()
    while len(marked(tmp_path)) < 2:
        time.sleep(0.05)
    parent.send_signal(number)
    parent.wait()
    for _ in range(200):
        if not marked(tmp_path):
            break
        time.sleep(0.05)
    assert marked(tmp_path) == []


def marked(folder: Path) -> list[int]:
    """The processes that have a mark in their environment."""
    mark, found = f"MARK={folder}".encode(), []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def test_a_task_has_an_address_that_nothing_else_has(
    aws: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(aws, tmp_path) as shop:
        first = shop.agent.start(shop.service)
        make, given = Agent._made, iter([first.ip, shop.agent._around.hosts[0].addresses[0]])  # noqa: SLF001 - what moto does

        def by_chance(agent: Agent, *told: Any) -> Any:
            made = make(agent, *told)
            return {**made, "PrivateIpAddress": next(given, made["PrivateIpAddress"])}

        monkeypatch.setattr(Agent, "_made", by_chance)
        second = shop.agent.start(shop.service)
        assert next(given, None) is None
        assert second.ip not in (first.ip, *shop.agent._around.hosts[0].addresses)  # noqa: SLF001 - likewise
