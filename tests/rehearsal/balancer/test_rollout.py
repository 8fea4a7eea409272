"""Changes of a deployed stack under traffic, with plain servers as tasks."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from stage3c.delivery.detour import Detour
from stage3c.live.account import Account
from stage3c.rehearsal.balancer.balancer import Balancer
from stage3c.rehearsal.failure import Failed
from stage3c.rehearsal.isolation import isolated
from stage3c.rehearsal.rollout import Rollout, rotate
from stage3c.rehearsal.traffic import Traffic

from tests.emulator import REGION
from tests.rehearsal.balancer.stack import Balanced, Server, forward, server

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Service:
    name: str
    service: Mapping[str, Any]


@dataclass
class Task:
    ip: str
    server: Server
    ends: ExitStack


@dataclass
class Plain:
    """Runs plain servers; one that is given a command answers no health check."""

    stack: Balanced
    answers: int = 200
    """What new tasks answer to requests."""
    running: list[Task] = field(default_factory=list)
    most: int = 0
    started: int = 0

    def start(self, deployed: Service, command: tuple[str, ...] = ()) -> Task:
        self.started += 1
        ends = ExitStack()
        made = ends.enter_context(server(f"task {self.started}"))
        made.statuses = {"/ready": 404 if command else 200, "/": 503 if command else self.answers}
        task = Task(f"10.9.1.{self.started}", made, ends)
        self.running.append(task)
        self.most = max(self.most, len(self.running))
        self.stack.register(deployed.service["loadBalancers"][0]["targetGroupArn"], task.ip, 8000, made)
        return task

    def stop(self, task: Task) -> None:
        self.stack.directory.remove(f"task {task.ip}")
        task.ends.close()
        self.running.remove(task)

    def of(self, deployed: Service) -> Sequence[Task]:
        assert deployed.name == "web"
        return self.running


@pytest.fixture
def service(stack: Balanced) -> Iterator[Service]:
    group = stack.group(port=8000)
    stack.listener(forward(group))
    ecs = stack.aws.client("ecs")
    ecs.create_cluster(clusterName="shop")
    container = {"name": "web", "image": "nginx:1", "memory": 64, "portMappings": [{"containerPort": 8000}]}
    ecs.register_task_definition(family="web", containerDefinitions=[container])
    balancers = [{"targetGroupArn": group, "containerName": "web", "containerPort": 8000}]
    told = {"cluster": "shop", "serviceName": "web", "taskDefinition": "web", "desiredCount": 2}
    yield Service("web", ecs.create_service(**told, loadBalancers=balancers)["service"])
    ecs.delete_service(cluster="shop", service="web", force=True)


@pytest.fixture
def plain(stack: Balanced, balancer: Balancer, service: Service) -> Iterator[Plain]:
    """Two healthy tasks."""
    made = Plain(stack)
    for _ in range(2):
        made.start(service)
    stack.settle(balancer, service.service["loadBalancers"][0]["targetGroupArn"], "healthy", "healthy")
    yield made
    for task in [*made.running]:
        made.stop(task)


def rollout(stack: Balanced, balancer: Balancer, plain: Plain) -> Rollout:
    place = balancer.place(stack.dns_name, 80)
    assert place is not None
    detour = Detour({("shop.example.com", 80): place})
    account = Account(REGION, stack.aws.url)
    return Rollout(account, balancer, plain, lambda: Traffic("http://shop.example.com/", detour))


def test_no_request_is_lost_while_tasks_come_and_go(
    stack: Balanced, balancer: Balancer, plain: Plain, service: Service
) -> None:
    notes = rollout(stack, balancer, plain).run([service])
    assert [note.partition(" requests")[0].rpartition(",")[0] for note in notes] == [
        "web: 2 to 3 tasks and back",
        "web: 2 tasks replaced",
        "web: a deployment without a healthy task is rolled back",
    ]
    assert (plain.started, plain.most, len(plain.running)) == (6, 4, 2)
    assert [task.server.name for task in plain.running] == ["task 4", "task 5"]
    (told,) = stack.aws.client("ecs").describe_services(cluster="shop", services=["web"])["services"]
    assert told["desiredCount"] == 2


def test_a_lost_request_fails_the_step(stack: Balanced, balancer: Balancer, plain: Plain, service: Service) -> None:
    plain.answers = 503
    with pytest.raises(Failed, match=r"web: scaling out and in by one loses [0-9]+ of [0-9]+ requests: status 503\."):
        rollout(stack, balancer, plain).run([service])


def test_a_password_is_rotated_in_the_database_and_in_its_secret(stack: Balanced) -> None:
    secrets, told = stack.aws.client("secretsmanager"), threading.local()
    arn = secrets.create_secret(Name="rotated", SecretString='{"username": "app", "password": "old", "x": 1}')["ARN"]

    def set_password(username: str, password: str) -> None:
        told.given = (username, password)

    with isolated(REGION):
        rotate(Account(REGION, stack.aws.url), arn, set_password)
    username, password = told.given
    assert (username, len(password) > 20) == ("app", True)
    kept = secrets.get_secret_value(SecretId=arn)["SecretString"]
    assert kept == f'{{"username": "app", "password": "{password}", "x": 1}}'
