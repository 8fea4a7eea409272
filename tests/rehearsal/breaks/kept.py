"""A rehearsed stack that stays up while one thing after another is broken in it: the real apply, and servers as its tasks."""

import ipaddress
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from stage3c.delivery.causes import name_of
from stage3c.live.account import Account
from stage3c.pipeline import Build, compile_spec
from stage3c.rehearsal import checks
from stage3c.rehearsal.failure import Failed
from stage3c.rehearsal.isolation import isolated
from stage3c.rehearsal.processes import processes
from stage3c.rehearsal.rehearsal import Rehearsal

from tests import terraform
from tests.conftest import ROOT
from tests.rehearsal.balancer.stack import Server, server

SPEC: Final = ROOT / "specs" / "stage3v3.yaml"
UP_TO: Final = "apply"
WAIT_SECONDS: Final = 60.0
ANSWERS: Final[Mapping[str, object]] = {
    "/api/status": {"backend": {"database_connected": True}},
    "/api/db-test": {"backend_response": {"status": "success"}},
}


@dataclass
class Kept:
    """What a break changes, with the account as the one way to most of it."""

    build: Build
    rehearsal: Rehearsal
    account: Account
    servers: Mapping[str, Server]
    """What answers for each service."""
    targets: dict[str, list[dict[str, Any]]]
    """What is registered for each service when it is deployed."""
    is_applied: bool = False
    """Whether something was applied that the stack does not have."""
    is_whole: bool = False
    """Whether that did not fail."""

    @property
    def document(self) -> Path:
        """The Terraform of the stack, which a break changes behind the compiler's back."""
        return self.rehearsal.folder / "main.tf.json"

    def deploy(self) -> None:
        """Register every target as new, as a deployment does: health starts from nothing."""
        assert self.rehearsal.balancer is not None
        arns = {service: self.group(service)["TargetGroupArn"] for service in self.servers}
        for arn in arns.values():
            described = self.ask("elbv2.describe_target_health", TargetGroupArn=arn)["TargetHealthDescriptions"]
            for each in described:
                if each["TargetHealth"]["State"] != "draining":
                    self.ask("elbv2.deregister_targets", TargetGroupArn=arn, Targets=[{"Id": each["Target"]["Id"]}])
        self.rehearsal.balancer.refresh()
        for service, arn in arns.items():
            if self.targets[service]:
                self.ask("elbv2.register_targets", TargetGroupArn=arn, Targets=self.targets[service])

    def name(self, address: str, attribute: str = "name") -> str:
        """The AWS name of a resource of the stack."""
        assert self.build.graph is not None
        return name_of(self.build.graph, address, attribute)

    def ask(self, call: str, **told: Any) -> Any:
        return self.account.ask(call, **told)

    def group(self, service: str) -> dict[str, Any]:
        """The target group of a service."""
        found = self.ask("elbv2.describe_target_groups", Names=[self.name(f"aws_lb_target_group.{service}")])
        return dict(found["TargetGroups"][0])

    def listener(self, balancer: str, port: int) -> dict[str, Any]:
        (found,) = self.ask("elbv2.describe_load_balancers", Names=[self.name(f"aws_lb.{balancer}")])["LoadBalancers"]
        arn = found["LoadBalancerArn"]
        listeners = self.ask("elbv2.describe_listeners", LoadBalancerArn=arn)["Listeners"]
        return next(dict(each) for each in listeners if each["Port"] == port)

    def definition(self, service: str) -> dict[str, Any]:
        """The task definition that a service runs, as it is registered."""
        (cluster,) = self.ask("ecs.list_clusters")["clusterArns"]
        name = self.name(f"aws_ecs_service.{service}")
        (told,) = self.ask("ecs.describe_services", cluster=cluster, services=[name])["services"]
        return dict(self.ask("ecs.describe_task_definition", taskDefinition=told["taskDefinition"])["taskDefinition"])

    def run(self, service: str, definition: str) -> None:
        """Let a service run a task definition."""
        (cluster,) = self.ask("ecs.list_clusters")["clusterArns"]
        name = self.name(f"aws_ecs_service.{service}")
        self.ask("ecs.update_service", cluster=cluster, service=name, taskDefinition=definition)

    def step(self, name: str) -> list[str]:
        """Do one step of the rehearsal."""
        (found,) = (step for step in self.rehearsal.steps if step.name == name)
        return found.do()

    def applied(self) -> str:
        """What the rehearsal says up to the start of tasks, with Terraform that was changed.

        What the account has is not asked again: nothing but this changes it. What an apply that failed has made before, the next
        one removes.
        """
        self.is_applied = True
        try:
            self.rehearsal.apply_again("-refresh=false")
            self.is_whole = True
            self.step("tasks")
        except Failed as failed:
            return failed.cause
        return ""

    def restore(self, *, at_once: bool = False) -> None:
        """Apply the stack as it was compiled: after an apply that did not fail, or where everything is needed."""
        if self.is_applied and (self.is_whole or at_once):
            self.rehearsal.apply_again("-refresh=false")
            self.is_applied = self.is_whole = False

    def served(self) -> str:
        """What the rehearsal says of the real services, from whatever code the working folder has."""
        self.restore(at_once=True)
        before = dict(self.targets)
        self.targets.update({service: [] for service in before})
        self.deploy()
        try:
            self.step("services")
            self.step("checks")
        except Failed as failed:
            return failed.cause
        finally:
            self.rehearsal.services.stop()
            self.targets.update(before)
        return ""

    def judged(self) -> str:
        """What the rehearsal says of the stack after a deployment; empty if nothing is wrong."""
        self.restore(at_once=True)
        self.deploy()
        try:
            self.step("tasks")
            assert self.rehearsal.balancer is not None
            checks.check(self.build, self.account, self.rehearsal.balancer, WAIT_SECONDS)
        except Failed as failed:
            return failed.cause
        return ""


@contextmanager
def kept(logs: Path) -> Iterator[Kept]:
    """Apply the reference stack, and let one plain server answer for each of its services."""
    (build,) = compile_spec(SPEC.read_bytes(), str(SPEC.relative_to(ROOT))).builds
    with ExitStack() as ends:
        ends.enter_context(patch.dict(os.environ, terraform.environment()))
        ends.enter_context(isolated(build.stack.region))
        running = ends.enter_context(processes(logs))
        rehearsal = Rehearsal(build, running)
        ends.callback(rehearsal.close)
        for step in rehearsal.steps:
            step.do()
            if step.name == UP_TO:
                break
        servers = {name: ends.enter_context(server(name)) for name in build.stack.services}
        made = Kept(build, rehearsal, Account(build.stack.region, rehearsal.url), servers, {})
        for number, (name, each) in enumerate(servers.items(), 10):
            each.bodies.update({path: json.dumps(answer).encode() for path, answer in ANSWERS.items()})
            group = made.group(name)
            ip = str(ipaddress.ip_network(build.stack.network.cidr)[number])
            rehearsal.directory.add(ip, group["Port"], each.place, f"stand-in for {name}")
            made.targets[name] = [{"Id": ip, "Port": group["Port"]}]
        yield made
