"""A rehearsal of one stack: what each step does."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from stage3c.live.account import Account
from stage3c.output import evidence, files
from stage3c.output.endpoints import endpoint_of
from stage3c.output.render import stack_files
from stage3c.pipeline import Build
from stage3c.rehearsal import checks, differences, protection, remainder
from stage3c.rehearsal.agent.deployed import deployed
from stage3c.rehearsal.agent.openings import Standing, require_ways
from stage3c.rehearsal.agent.scheduler import Scheduler
from stage3c.rehearsal.agent.start import variables
from stage3c.rehearsal.agent.stopped import Stopped
from stage3c.rehearsal.balancer.balancer import Balancer, serving
from stage3c.rehearsal.balancer.certificates import Authority
from stage3c.rehearsal.changes.changes import Changes
from stage3c.rehearsal.changes.rotation import RENEWED_MAX_SECONDS, rotate
from stage3c.rehearsal.changes.traffic import asks
from stage3c.rehearsal.directory import Directory
from stage3c.rehearsal.emulated import Emulated
from stage3c.rehearsal.failure import Failed, LeftOut
from stage3c.rehearsal.filling import fill
from stage3c.rehearsal.isolation import exports
from stage3c.rehearsal.places import spec_place
from stage3c.rehearsal.processes import Processes
from stage3c.rehearsal.services import Services
from stage3c.rehearsal.steps import Step
from stage3c.rehearsal.store import Store
from stage3c.rehearsal.terraform import Terraform
from stage3c.resources.state_store import state_stores


class Rehearsal:
    """One stack on its way from nothing to nothing."""

    def __init__(
        self,
        build: Build,
        running: Processes,
        endpoint_url: str | None = None,
        *,
        until: str = "",
        everything: bool = False,
    ) -> None:
        """Take a build without errors, the URL of another emulator, and whether destroy includes the bootstrap stack.

        `until` is the last step, if it is not destroy.
        """
        self._build = build
        self._running = running
        self._endpoint_url = endpoint_url
        self._until, self._everything = until, everything
        self._emulated: Emulated | None = None
        self._stack: Terraform | None = None
        self._store: Store | None = None
        self._state: Mapping[str, Any] = {}
        """What `terraform show -json` prints after the apply."""
        self._before: dict[str, list[str]] = {}
        self.directory = Directory()
        self.balancer: Balancer | None = None
        self._serving = ExitStack()
        self.services = Services(build, running, self.directory)

    @property
    def steps(self) -> Sequence[Step]:
        """All steps, in order."""
        titles = (
            ("build", "write the Terraform JSON", self._write),
            ("prove", "prove every network flow and permission", self._prove),
            ("emulator", "start and prepare an emulated AWS account", self._start),
            ("bootstrap", "terraform apply of the state bucket and lock table", self._bootstrap),
            ("apply", "terraform init, plan and apply of the stack", self._apply),
            ("plan", "second terraform plan, which must be empty", self._plan),
            ("tasks", "start of each task as the ECS agent does it, up to the container", self._tasks),
            (
                "services",
                "databases, jobs before a release and tasks as processes, until they are healthy",
                self._run_services,
            ),
            ("checks", "checks of the spec through the public load balancer, by host name", self._checks),
            ("scale", "one task of each service more and one less, while requests go on", self._scale),
            ("rollout", "a rolling deployment of each service, while requests go on", self._roll_out),
            (
                "rollback",
                "a deployment that fails its health check, until the circuit breaker rolls it back",
                self._roll_back,
            ),
            ("rotation", "a new password for each database, and new logins with it", self._rotate),
            ("destroy", "lift protection, destroy, and look for leftovers", self._destroy),
        )
        return [Step(*each) for each in titles]

    def close(self) -> None:
        """End what runs in this process; processes end with `Processes`."""
        self.services.stop()
        self._serving.close()

    @property
    def exports(self) -> dict[str, str]:
        """Variables by which other commands work against what is running."""
        detour = self.balancer.detour() if self.balancer else None
        return exports(self.url, self._build.stack.region, detour) if self.url else {}

    @property
    def url(self) -> str:
        """The address of the emulated account; empty before it is started."""
        return self._emulated.url if self._emulated else ""

    @property
    def folder(self) -> Path:
        """Where the Terraform of the stack is."""
        return self._running.work / self._build.stack_name

    @property
    def _account(self) -> Emulated:
        assert self._emulated is not None
        return self._emulated

    def _connect(self) -> Account:
        """A new connection to the account, which knows of no earlier silence."""
        return Account(self._build.stack.region, self.url)

    @property
    def _terraform(self) -> Terraform:
        assert self._stack is not None
        return self._stack

    def _write(self) -> list[str]:
        files.write_all({self.folder / name: text for name, text in stack_files(self._build).items()})
        assert self._build.graph is not None
        return [f"{len(self._build.graph.resources)} resources"]

    def _prove(self) -> list[str]:
        assert self._build.graph is not None
        found = evidence.as_object(self._build.graph, self._build.stack_name)
        if not found["proven"]:
            raise Failed("a flow or permission is not proven.", "run stage3c prove SPEC.")
        return [f"{len(found['flows'])} flows and {len(found['permissions'])} permissions are proven"]

    def _start(self) -> list[str]:
        self._emulated = Emulated(self._running, self._build.stack, self._endpoint_url)
        self._before = self._account.inventory()
        return [self._emulated.url]

    def _bootstrap(self) -> list[str]:
        (store,) = state_stores([self._build.stack])
        self._store = Store(self._running, store, self._account.url)
        self._store.begin(self._connect())
        if self._until == "bootstrap":
            self._store.finish()
        if self._everything:
            return [f"bucket {store.bucket}, which destroy deletes with its lock table"]
        self._before = self._account.inventory()
        return [f"bucket {store.bucket}, which destroy keeps with its lock table"]

    def _apply(self) -> list[str]:
        where = (self._running, self.folder, self._account.url, self._build.stack.region)
        self._stack = Terraform(*where, self._build)
        self._stack.run("init")
        self._stack.run("plan", "-out=first.tfplan")
        self.services.prepare()
        self._stack.run("apply", "first.tfplan")
        assert self._store is not None
        self._store.finish()
        self._state = self._stack.json()
        self._serve()
        resources = self._state.get("values", {}).get("root_module", {}).get("resources", [])
        return [f"{len(resources)} resources in the state"]

    def apply_again(self, *options: str) -> None:
        """Apply what is in the folder of the stack by now, and read the state."""
        self._terraform.run("apply", "-auto-approve", *options)
        self._state = self._terraform.json()

    def _serve(self) -> None:
        """Start the load balancers, which serve until the rehearsal ends."""
        authority, log = Authority(self._running.work), self._running.logs / "load_balancers.log"
        made = Balancer(self._connect, self.directory, authority, log)
        self.balancer = self._serving.enter_context(serving(made))

    def _plan(self) -> list[str]:
        if self._terraform.run("plan", "-out=second.tfplan", "-detailed-exitcode", codes=(0, 2)) == 0:
            return ["no changes"]
        expected, unexpected = differences.judged(self._terraform.json("second.tfplan"))
        if unexpected:
            cause = f"the second plan is not empty: {'; '.join(unexpected)}."
            raise Failed(cause, "write the value that AWS returns; a plan that is never empty hides real changes.")
        return [f"differs because of the emulator: {each}" for each in expected]

    def _tasks(self) -> list[str]:
        notes = fill(self._connect(), self._build)
        standing = Standing.read(self._state)
        for service in deployed(self._account.account):
            for container in service.containers:
                try:
                    require_ways(standing, str(service.service["serviceArn"]), service.network.get("subnets") or ())
                    made = variables(container, service.around)
                except Stopped as stopped:
                    raise stopped.failed(f"a task of {service.name}", self._place(service.family)) from None
                count = f"{len(made)} variable{'' if len(made) == 1 else 's'}"
                notes.append(f"{service.name}: container {container['name']} starts with {count}")
        return notes

    def _run_services(self) -> list[str]:
        assert self.balancer is not None
        return self.services.start(self._connect(), self._state, self.balancer.authority)

    def _checks(self) -> list[str]:
        if self.services.agent is None:
            raise LeftOut("no check runs, since no service runs")
        assert self.balancer is not None
        try:
            account, stand_ins = self._connect(), self.services.stand_ins()
            return checks.check(self._build, account, self.balancer, stand_ins=stand_ins)
        except Failed as failed:
            raise Failed(" ".join([failed.cause, *self.services.told()]), failed.fix) from None

    def _scale(self) -> list[str]:
        return self._changed(lambda changes, _: changes.scale())

    def _roll_out(self) -> list[str]:
        return self._changed(lambda changes, _: changes.roll_out())

    def _roll_back(self) -> list[str]:
        return self._changed(lambda changes, _: changes.roll_back())

    def _rotate(self) -> list[str]:
        def again() -> list[str]:
            assert self.balancer is not None
            checks.ask_targets(self.balancer, RENEWED_MAX_SECONDS)
            return self._checks()

        def rotated(changes: Changes, scheduler: Scheduler) -> list[str]:
            return rotate(self._connect(), self.services.databases, scheduler, changes, again)

        return self._changed(rotated)

    def _changed(self, change: Callable[[Changes, Scheduler], list[str]]) -> list[str]:
        """Do something with the services, which from now on run as ECS's API says."""
        assert self.balancer is not None
        if not self._account.has_inventory:
            raise LeftOut("nothing is changed in another emulator, which knows nothing of the tasks")
        scheduler = self.services.scheduled(self._connect, self.balancer)
        if scheduler is None:
            raise LeftOut("nothing is changed, since no service runs")
        account = self._connect()
        sent = [one for _, one in checks.sendable(self._build.stack.checks, self.services.stand_ins())]
        endpoint = endpoint_of(self._build.stack)
        asked = asks(checks.named(endpoint, account, self._build), sent) if endpoint else []
        is_real = partial(self.services.is_real, account)
        return change(Changes(account, self.balancer, scheduler, asked, is_real), scheduler)

    def _place(self, family: str) -> str:
        """Where the spec says what a task definition is made of, as FILE:LINE."""
        return spec_place(self._build, family)

    def _destroy(self) -> list[str]:
        self.services.stop()
        told = self._destroyed(self._terraform)
        if self._everything:
            assert self._store is not None
            self._store.move_back()
            told += self._destroyed(self._store.terraform)
        lifted = [f"lifted {each}" for each in told]
        if not self._account.has_inventory:
            return [*lifted, "leftovers are not checked in another emulator"]
        expected, unexpected = remainder.judged(self._before, self._account.inventory())
        if unexpected:
            raise Failed(f"destroy leaves {'; '.join(unexpected)}.", "remove it by hand after a destroy in AWS.")
        return [*lifted, *(f"kept {each}" for each in expected)]

    @staticmethod
    def _destroyed(terraform: Terraform) -> list[str]:
        """Lift what protects a stack, destroy it, and tell what was lifted."""
        override, told = protection.lifted(json.loads((terraform.folder / "main.tf.json").read_text(encoding="utf-8")))
        if override:
            terraform.override("protection", override)
            terraform.run("apply", "-auto-approve", "-refresh=false")  # destroy reads what is there
        terraform.run("destroy", "-auto-approve")
        return told
