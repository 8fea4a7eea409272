"""The local ECS agent: starts and stops tasks of the emulated account's services as processes on this machine."""

import secrets
import shutil
import socket
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from msgspec import Struct

from stage3c.aws.kinds.kind import Unanswered
from stage3c.live.account import Account
from stage3c.rehearsal.agent.deployed import Deployed
from stage3c.rehearsal.agent.environment import of_ecs, of_rehearsal, whole
from stage3c.rehearsal.agent.exits import Exits
from stage3c.rehearsal.agent.health import health_check
from stage3c.rehearsal.agent.log_streams import LogStream
from stage3c.rehearsal.agent.metadata import ADDRESS, Metadata, credentials
from stage3c.rehearsal.agent.openings import Openings, Standing, openings
from stage3c.rehearsal.agent.programs import Program
from stage3c.rehearsal.agent.room import Room
from stage3c.rehearsal.agent.start import variables
from stage3c.rehearsal.agent.stopped import unreachable
from stage3c.rehearsal.agent.task import Container, Task
from stage3c.rehearsal.directory import Directory, Place
from stage3c.rehearsal.processes import Processes

AWS: Final = "198.18.0.1"
"""Where a task finds the emulated account; RFC 2544 has it for tests:
https://docs.rs/crate/iprfc/latest/source/src/rfc2544.rs (2026-11-28)."""

Programs = Callable[[Deployed, Mapping[str, Any]], Program]


class Host(Struct, frozen=True):
    """A name that tasks may call: its addresses in the VPC, and whose it is (an id or ARN)."""

    name: str
    addresses: tuple[str, ...]
    owner: str


class Surrounding(Struct, frozen=True):
    """What an agent works with."""

    running: Processes
    account: Account
    directory: Directory
    standing: Standing
    authority: Path
    hosts: tuple[Host, ...]
    programs: Programs


class Agent:
    """Every task that it has started and not stopped."""

    def __init__(self, around: Surrounding) -> None:
        """Start what all tasks share."""
        self._around = around
        self._exits, self._metadata = Exits(), Metadata()
        self._count = 0
        self.tasks: list[Task] = []

    def start(self, deployed: Deployed, command: tuple[str, ...] = ()) -> Task:
        """Start a task of a service; raises `Stopped` where ECS would not start it."""
        subnets = deployed.network.get("subnets") or [""]
        subnet = str(subnets[self._count % len(subnets)])
        self._count += 1
        ways = openings(self._around.standing, str(deployed.service["serviceArn"]), subnet)
        if ways.start:
            raise unreachable(ways.start[0])
        task = self._task(deployed, subnet, ways, command)
        self.tasks.append(task)
        try:
            task.start()
        except BaseException:
            self.stop(task)
            raise
        self._register(deployed, task, "register_targets")
        task.leaving.append(lambda: self._register(deployed, task, "deregister_targets"))
        return task

    @staticmethod
    def take_out(task: Task) -> None:
        """Take a task out of its target groups; it goes on with the requests that it has."""
        for leave in task.leaving:
            leave()
        task.leaving.clear()

    def stop(self, task: Task) -> None:
        """Take a task out of its target groups, end it, and give its address back."""
        if task in self.tasks:
            self.tasks.remove(task)
        self.take_out(task)
        task.stop()
        for close in reversed(task.closing):
            close()
        task.closing.clear()

    def end(self) -> None:
        """Stop all tasks, and what they share."""
        for task in self.tasks[:]:
            self.stop(task)
        self._exits.end()
        self._metadata.end()

    def _task(self, deployed: Deployed, subnet: str, ways: Openings, command: tuple[str, ...]) -> Task:
        around, number = self._around, secrets.token_hex(16)
        arn = f"{str(deployed.service['clusterArn']).replace(':cluster/', ':task/')}/{number}"
        declared = [(one, variables(one, deployed.around)) for one in deployed.containers]
        containers = [self._container(deployed, one, given, number, command) for one, given in declared]
        interface = self._interface(deployed, subnet, number)
        ip = str(interface["PrivateIpAddress"])
        folder = Path(tempfile.mkdtemp(prefix="task-", dir=around.running.work))
        room = Room(around.running, f"task-{deployed.name}.log")
        task = Task(arn, deployed.name, ip, room, containers)
        task.blocked = ways.blocked
        task.closing += [
            lambda: self._release(str(interface["NetworkInterfaceId"])),
            lambda: around.directory.remove(arn),
            lambda: self._metadata.forget(number),
            lambda: shutil.rmtree(folder, ignore_errors=True),
        ]
        try:
            self._connect(task, room, ways, folder)
            self._admit(task, room, deployed.ports)
        except BaseException:
            self.stop(task)
            raise
        self._serve_metadata(deployed, task, number)
        return task

    def _container(
        self,
        deployed: Deployed,
        one: Mapping[str, Any],
        given: Mapping[str, str],
        number: str,
        command: tuple[str, ...],
    ) -> Container:
        around, name = self._around, str(one["name"])
        program = around.programs(deployed, {**one, "command": [*command]} if command else one)
        scheme, at = endpoint_of(around.account.endpoint_url or "")
        endpoint = f"{scheme}://{AWS}:{at.port}"
        added = of_ecs(number, name, around.account.region, has_role=bool(deployed.definition.get("taskRoleArn")))
        own = of_rehearsal(endpoint, around.authority, around.running.work)
        log = around.running.logs.resolve() / f"{deployed.name}-{name}-{number[:8]}.log"
        logging = one.get("logConfiguration") or {}
        options = logging.get("options") if logging.get("logDriver") == "awslogs" else None
        return Container(
            name,
            program,
            whole(program.environment, {**added, **own}, given),
            health_check(one) if program.is_real else None,
            log,
            LogStream(around.account, options, name, number, log) if options else None,
            tuple(given[each["name"]] for each in one.get("secrets") or ()),
            bool(one.get("essential", True)),
            float(one.get("stopTimeout") or 30),
        )

    def _interface(self, deployed: Deployed, subnet: str, number: str) -> Mapping[str, Any]:
        """One with an address of its own: moto chooses by chance, and does not look who has it already."""
        while True:
            made = self._made(deployed, subnet, number)
            taken = {ip for host in self._around.hosts for ip in host.addresses} | {each.ip for each in [*self.tasks]}
            if made["PrivateIpAddress"] not in taken:
                return made
            self._release(str(made["NetworkInterfaceId"]))

    def _made(self, deployed: Deployed, subnet: str, number: str) -> Mapping[str, Any]:
        groups = [str(each) for each in deployed.network.get("securityGroups") or ()]
        told: Mapping[str, Any] = self._around.account.ask(
            "ec2.create_network_interface",
            SubnetId=subnet,
            Groups=groups,
            Description=f"arn:aws:ecs:{self._around.account.region}:{self._around.account.account}:attachment/{number}",
        )["NetworkInterface"]
        return told

    def _release(self, interface: str) -> None:
        with suppress(Unanswered):
            self._around.account.ask("ec2.delete_network_interface", NetworkInterfaceId=interface)

    def _connect(self, task: Task, room: Room, ways: Openings, folder: Path) -> None:
        """Names for everything, and a way out for each flow that is open."""
        around = self._around
        names = {host.name: host.addresses for host in around.hosts}
        exits: dict[tuple[str, int], Callable[[], Place | None]] = {}
        for host in around.hosts:
            owner = around.standing.addresses.get(host.owner, "")
            for ip, port in ((ip, port) for ip in host.addresses for port in ways.ports.get(owner, ())):
                exits[ip, port] = lambda ip=ip, port=port: around.directory.where(ip, port)  # type: ignore[misc]
        _, endpoint = endpoint_of(around.account.endpoint_url or "")
        if ways.aws:
            exits[AWS, endpoint.port] = lambda: endpoint
        exits[ADDRESS, 80] = lambda: self._metadata.place
        room.set_up(task.ip, sorted({ip for ip, _ in exits}), names, folder)
        _, listeners = room.ask("listen", places=[[*place] for place in exits])
        task.closing += [
            self._exits.open(listener, where) for listener, where in zip(listeners, exits.values(), strict=True)
        ]

    def _admit(self, task: Task, room: Room, ports: list[int]) -> None:
        """A way in for each port of a container."""
        for port in ports:
            with socket.create_server(("127.0.0.1", 0)) as listener:
                place = listener.getsockname()
                room.ask("forward", [listener.fileno()], places=[[task.ip, port]])
            self._around.directory.add(task.ip, port, (place[0], place[1]), task.arn)

    def _serve_metadata(self, deployed: Deployed, task: Task, number: str) -> None:
        role = deployed.definition.get("taskRoleArn")
        if role:
            self._metadata.serve(f"/v2/credentials/{number}", credentials(self._around.account, str(role), number))
        facts = {
            "Cluster": str(deployed.service["clusterArn"]),
            "Family": deployed.family,
            "LaunchType": "FARGATE",
            "Revision": str(deployed.definition["revision"]),
            "TaskARN": task.arn,
        }
        for one in deployed.containers:
            name = str(one["name"])
            own = {"DockerName": name, "Image": str(one["image"]), "Name": name, "Labels": {}}
            for version in ("v3", "v4"):
                self._metadata.serve(f"/{version}/{number}-{name}", lambda own=own: own)  # type: ignore[misc]
                self._metadata.serve(f"/{version}/{number}-{name}/task", lambda: facts)

    def _register(self, deployed: Deployed, task: Task, do: str) -> None:
        for each in deployed.service.get("loadBalancers") or ():
            if each.get("targetGroupArn"):
                target = {"Id": task.ip, "Port": int(each["containerPort"])}
                with suppress(Unanswered):
                    self._around.account.ask(f"elbv2.{do}", TargetGroupArn=each["targetGroupArn"], Targets=[target])


def endpoint_of(url: str) -> tuple[str, Place]:
    """Scheme and place of an emulated account."""
    parts = urlsplit(url)
    return parts.scheme, Place(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
