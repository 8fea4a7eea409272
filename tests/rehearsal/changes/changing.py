"""A shop behind a load balancer, whose two tasks a scheduler runs, so that they can be changed under traffic."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct
from stage3c.live.account import Account
from stage3c.rehearsal import checks
from stage3c.rehearsal.agent.scheduler import Scheduler
from stage3c.rehearsal.balancer.balancer import Balancer, serving
from stage3c.rehearsal.balancer.certificates import Authority
from stage3c.rehearsal.changes.changes import Changes
from stage3c.rehearsal.changes.traffic import Ask

from tests.emulator import REGION, Emulator
from tests.rehearsal.agent.running import Running, running

SERVER = """
import os, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(float(os.environ.get("SECONDS", "0")) if self.path == "/shop" else 0)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass

ThreadingHTTPServer(("0.0.0.0", 8000), Handler).serve_forever()
"""


class Changing(Struct, frozen=True):
    """What a change needs."""

    shop: Running
    account: Account
    balancer: Balancer
    scheduler: Scheduler
    changes: Changes

    def check(self, seconds: float = 30) -> list[str]:
        """What the step does, without checks of a spec."""
        checks.ask_targets(self.balancer, seconds)
        return [checks.wait_for_targets(self.account, self.balancer, 30)]

    @property
    def service(self) -> dict[str, Any]:
        (told,) = self.shop.shop.aws.client("ecs").describe_services(cluster="shop", services=["api"])["services"]
        return dict(told)


@contextmanager
def scheduling(scheduler: Scheduler) -> Iterator[Scheduler]:
    scheduler.start()
    try:
        yield scheduler
    finally:
        scheduler.end()


@contextmanager
def changing(
    aws: Emulator,
    tmp_path: Path,
    server: str = SERVER,
    secrets: tuple[str, ...] = (),
    by_arn: str = "",
    **environment: str,
) -> Iterator[Changing]:
    """`secrets` are keys of the secret of the database, injected under the same names; `by_arn`: a variable with its ARN."""
    with running(aws, tmp_path, server) as shop:
        watch(shop)
        environment |= {by_arn: shop.shop.database_secret} if by_arn else {}
        register(shop, secrets, environment)

        def connect() -> Account:
            return Account(REGION, aws.url)

        balancer = Balancer(connect, shop.directory, Authority(tmp_path), tmp_path / "requests.log")
        with serving(balancer):
            found = shop.service
            tasks = [(found, shop.agent.start(found)) for _ in range(2)]
            with scheduling(Scheduler(shop.agent, connect, balancer, tasks, shop.logs / "scheduler.log")) as scheduler:
                name = next(iter(balancer.detour().places))[0]
                asked = [Ask(f"http://{name}/{path}", f"/{path}") for path in ("", "shop")]
                changes = Changes(connect(), balancer, scheduler, asked, lambda _: True)
                made = Changing(shop, connect(), balancer, scheduler, changes)
                made.changes.settled(made.service["serviceArn"])
                yield made


def watch(shop: Running) -> None:
    """Let the load balancer check a target once a second, and give up late: the machine may be busy."""
    check = {"HealthCheckIntervalSeconds": 10, "HealthCheckPath": "/", "UnhealthyThresholdCount": 10}
    shop.shop.aws.client("elbv2").modify_target_group(TargetGroupArn=shop.shop.target_group, **check)


def register(shop: Running, secrets: tuple[str, ...], environment: dict[str, str]) -> None:
    """Let the service run a revision with more variables."""
    (container,) = shop.shop.containers
    more = [{"name": name, "value": value} for name, value in environment.items()]
    injected = [{"name": key, "valueFrom": f"{shop.shop.database_secret}:{key}::"} for key in secrets]
    made = {
        **container,
        "environment": [*container["environment"], *more],
        "secrets": [*container["secrets"], *injected],
    }
    ecs = shop.shop.aws.client("ecs")
    told = {**shop.shop.roles, "networkMode": "awsvpc", "containerDefinitions": [made]}
    revision = ecs.register_task_definition(family="shop-api", **told)["taskDefinition"]["taskDefinitionArn"]
    ecs.update_service(cluster="shop", service="api", taskDefinition=revision)
