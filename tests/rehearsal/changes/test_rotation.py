"""A new password for the database: what reads its secret again goes on, what does not is told."""

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace
from stage3c.rehearsal.agent.openings import openings
from stage3c.rehearsal.agent.room import has_namespaces
from stage3c.rehearsal.changes import rotation
from stage3c.rehearsal.changes.rotation import rotate
from stage3c.rehearsal.database.instances import Instance
from stage3c.rehearsal.failure import Failed

from tests.emulator import Emulator
from tests.rehearsal.changes.changing import Changing, changing

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not has_namespaces(), reason="tasks run in namespaces of their own"),
]
SERVER = """
import json, os, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import boto3, psycopg

password, held, one_at_a_time = os.environ["password"], None, threading.Lock()
secrets = boto3.client("secretsmanager") if "SECRET" in os.environ else None

def connect():
    where = {"host": os.environ["DB_HOST"], "user": os.environ["username"], "dbname": "shop"}
    return psycopg.connect(**where, password=password, sslmode="require", connect_timeout=5)

def renew():
    global password
    if secrets:
        told = secrets.get_secret_value(SecretId=os.environ["SECRET"])
        password = json.loads(told["SecretString"])["password"]

def query():
    global held
    try:
        held = held or connect()
        held.execute("SELECT 1")
    except psycopg.OperationalError:
        renew()
        held = connect()

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            with one_at_a_time:
                query()
            self.send_response(200)
        except psycopg.OperationalError as error:
            print(error, flush=True)
            self.send_response(503)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass

ThreadingHTTPServer(("0.0.0.0", 8000), Handler).serve_forever()
"""


def rotated(made: Changing, seconds: float = 30) -> list[str]:
    return rotate(made.account, made.shop.databases, made.scheduler, made.changes, lambda: made.check(seconds))


def password(aws: Emulator, secret: str) -> str:
    told = aws.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]
    return str(json.loads(told)["password"])


def test_tasks_that_read_the_secret_again_go_on(aws: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_aws(*told: Any) -> Any:  # the shop has no way to AWS, which matters elsewhere
        return replace(openings(*told), aws=True)

    monkeypatch.setattr("stage3c.rehearsal.agent.agent.openings", with_aws)
    with changing(aws, tmp_path, SERVER, ("username", "password"), by_arn="SECRET") as made:
        secret, tasks = made.shop.shop.database_secret, made.scheduler.arns()
        before = password(aws, secret)
        notes = rotated(made)
        assert re.fullmatch(r"database main: new password in its secret, [0-9]+ requests, none failed", notes[0])
        assert notes[1:] == [
            "api: the same tasks",
            "database main: all sessions ended and begun again, 2 targets are healthy",
        ]
        assert made.scheduler.arns() == tasks
        after = password(aws, secret)
        assert after != before
    said = "".join(path.read_text(errors="replace") for path in tmp_path.rglob("*.log")) + "".join(notes)
    assert before not in said
    assert after not in said


def test_tasks_that_have_the_password_from_their_start_are_told(aws: Emulator, tmp_path: Path) -> None:
    with changing(aws, tmp_path, SERVER, ("username", "password")) as made:
        with pytest.raises(Failed) as failed:
            rotated(made, 1)
        said = "after a new password of database main, a target of api fails its health check: "
        assert failed.value.cause.startswith(f"{said}Health checks failed with these codes: [503]")
        assert failed.value.cause.endswith("api has the password from the start of its tasks only.")
        assert password(aws, made.shop.shop.database_secret) not in failed.value.cause


def test_a_deployment_after_the_rotation_gives_the_password_to_new_tasks(aws: Emulator, tmp_path: Path) -> None:
    with changing(aws, tmp_path, SERVER, ("username", "password")) as made:
        tasks = made.scheduler.arns()
        redeploy_after_rotation(aws, made.shop.shop.database_secret)
        notes = rotated(made)
        assert "api: new tasks, by a deployment after the rotation" in notes
        assert made.scheduler.arns().isdisjoint(tasks)


def redeploy_after_rotation(aws: Emulator, secret: str) -> None:
    """What `redeploy_on_rotation` compiles to: a rule for the event, and a state machine that deploys the service."""
    parameters = {"Cluster": "shop", "Service": "api", "ForceNewDeployment": True}
    state = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:ecs:updateService", "End": True}
    definition = {"StartAt": "deploy", "States": {"deploy": {**state, "Parameters": parameters}}}
    role = aws.client("iam").get_role(RoleName="execution")["Role"]["Arn"]
    states = aws.client("stepfunctions")
    machine = states.create_state_machine(name="deploy", definition=json.dumps(definition), roleArn=role)
    pattern = {"source": ["aws.secretsmanager"], "resources": [secret]}
    events = aws.client("events")
    events.put_rule(Name="rotated", EventPattern=json.dumps(pattern))
    target = {"Id": "1", "Arn": machine["stateMachineArn"], "RoleArn": role, "Input": "{}"}
    events.put_targets(Rule="rotated", Targets=[target])


def test_a_replica_has_the_password_of_its_primary(monkeypatch: pytest.MonkeyPatch) -> None:
    replica = Instance("copy", "arn", "postgres", "h", 5432, "10.0.0.9", "d", "u", "p", False, "main", "secret")  # noqa: FBT003
    monkeypatch.setattr(rotation, "instances", lambda _: iter([replica]))
    unused: Any = None
    databases: Any = SimpleNamespace(server=lambda _: SimpleNamespace())
    assert rotate(unused, databases, unused, unused, list) == ["no database runs whose password could be changed"]
