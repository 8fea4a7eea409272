"""A shop with an agent that runs its tasks."""

import json
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stage3c.live.account import Account
from stage3c.rehearsal.agent.agent import Agent, Surrounding
from stage3c.rehearsal.agent.deployed import Deployed, deployed
from stage3c.rehearsal.agent.programs import program
from stage3c.rehearsal.agent.task import Task
from stage3c.rehearsal.balancer.certificates import Authority
from stage3c.rehearsal.database.instances import instances
from stage3c.rehearsal.databases import Databases, hosts
from stage3c.rehearsal.directory import Directory
from stage3c.rehearsal.isolation import isolated
from stage3c.rehearsal.processes import processes

from tests.emulator import REGION, Emulator
from tests.rehearsal.agent.shop import SERVER, Shop, folder


class Running:
    """A shop with an agent."""

    def __init__(self, shop: Shop, agent: Agent, directory: Directory, logs: Path, databases: Databases) -> None:
        self.shop = shop
        self.agent = agent
        self.directory = directory
        self.logs = logs
        self.databases = databases

    @property
    def service(self) -> Deployed:
        (found,) = deployed(Account(REGION, self.shop.aws.url))
        return found

    def get(self, task: Task) -> dict[str, str]:
        """Ask the service for its environment, from outside."""
        place = self.directory.where(task.ip, 8000)
        assert place is not None
        with urllib.request.urlopen(f"http://{place.host}:{place.port}/", timeout=10) as answer:
            found: dict[str, str] = json.loads(answer.read())
        return found

    def inside(self, task: Task, code: str) -> str:
        """Run Python in the network of a task."""
        told: dict[str, Any] = {"folder": "/", "environment": {}, "seconds": 30}
        answer, _ = task.room.ask("check", command=[sys.executable, "-c", code], **told)
        return str(answer["said"])


@contextmanager
def running(aws: Emulator, tmp_path: Path, server: str = SERVER, **shop_told: Any) -> Iterator[Running]:
    source = folder(tmp_path, server)
    with isolated(REGION), processes(tmp_path / "logs") as started:
        shop = Shop(aws, **shop_told)
        account, directory, authority = Account(REGION, aws.url), Directory(), Authority(started.work)
        databases, found = Databases(started), [*instances(account)]
        databases.start(found, directory, authority)

        def made(_service: Deployed, container: Any) -> Any:
            return program(source, container, started.work, tmp_path / "cache", lambda *_: None)

        names = tuple(hosts(found))
        around = Surrounding(started, account, directory, shop.standing, authority.file, names, made)
        agent = Agent(around)
        try:
            yield Running(shop, agent, directory, tmp_path / "logs", databases)
        finally:
            agent.end()
            databases.end(directory)
