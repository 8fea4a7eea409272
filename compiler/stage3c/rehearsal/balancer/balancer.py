"""The load balancers of a rehearsal: a thread that follows the emulated account and serves every listener on loopback."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from stage3c.aws.kinds.kind import Unanswered
from stage3c.delivery.detour import Detour
from stage3c.live.account import Account
from stage3c.rehearsal.balancer.certificates import Authority
from stage3c.rehearsal.balancer.configuration import Configuration, HealthCheck, Listener, LoadBalancer, Target
from stage3c.rehearsal.balancer.entry import Entry
from stage3c.rehearsal.balancer.front import Front
from stage3c.rehearsal.balancer.health import Failure, after
from stage3c.rehearsal.balancer.names import end_of
from stage3c.rehearsal.balancer.probes import probe
from stage3c.rehearsal.balancer.reading import read
from stage3c.rehearsal.balancer.targets import Member, Targets
from stage3c.rehearsal.directory import Directory, Place
from stage3c.rehearsal.emulated import tell
from stage3c.rehearsal.failure import Failed

PACE: Final = 10.0
"""Health checks and deregistration delays are this many times faster than in AWS."""
TIMEOUT_MIN_SECONDS: Final = 2.0
"""No health check times out sooner: the machine of a rehearsal runs everything at once."""
_LOOK_SECONDS: Final = 1.0
_CALL_MAX_SECONDS: Final = 60.0


class Balancer:
    """All load balancers of one account."""

    def __init__(
        self, account: Callable[[], Account], directory: Directory, authority: Authority, log: Path, pace: float = PACE
    ) -> None:
        """`account` gives a new connection to the account; in `log` is a line for each request."""
        self.authority = authority
        self._connect = account
        self._account = account()
        self._directory = directory
        self._log = log
        self._pace = pace
        self._loop = asyncio.new_event_loop()
        self._targets = Targets(self._watch, self._notice, pace)
        self._fronts: dict[str, Front] = {}
        self._configuration = Configuration()
        self._news = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()

    def refresh(self) -> None:
        """Follow what the account says now, and tell it the health of its targets."""
        try:
            asyncio.run_coroutine_threadsafe(self._look(), self._loop).result(_CALL_MAX_SECONDS)
        except TimeoutError:
            raise Failed("the load balancers cannot read the emulated account in time.", f"see {self._log}.") from None

    def failing(self) -> list[str]:
        """Send each target in use its health check at once, whatever is known of it; returns a clause for each that fails."""
        return asyncio.run_coroutine_threadsafe(self._ask_targets(), self._loop).result(_CALL_MAX_SECONDS)

    def place(self, dns_name: str, port: int) -> Place | None:
        """Where a listener of a load balancer really listens; None if it has no such listener."""
        fronts = [*self._fronts.values()]
        name = dns_name.lower().rstrip(".")
        found = (each for each in fronts if each.entry.balancer.dns_name == name and each.entry.listener.port == port)
        return next((each.place for each in found), None)

    def groups_in_use(self) -> list[tuple[str, str]]:
        """ARN and name of each target group that a listener forwards to."""
        configuration = self._configuration
        return [
            (arn, configuration.groups[arn].name) for arn in sorted(configuration.in_use & configuration.groups.keys())
        ]

    def detour(self) -> Detour:
        """How the internet reaches the public load balancers: by their own names and by those of the public DNS."""
        known = self._configuration.names
        places: dict[tuple[str, int], tuple[str, int]] = {}
        for front in [*self._fronts.values()]:
            balancer, port = front.entry.balancer, front.entry.listener.port
            if balancer.is_public:
                leading = [name for name in known if end_of(name, known) == balancer.dns_name]
                places |= {(name, port): front.place for name in (balancer.dns_name, *leading)}
        return Detour(places, self.authority.file)

    async def run(self, started: threading.Event) -> None:
        """Follow the account until cancelled; what goes wrong in a connection is in the log, not on the terminal."""
        asyncio.get_running_loop().set_exception_handler(self._note_error)
        telling = asyncio.create_task(self._tell_news())
        try:
            while True:
                with suppress(Unanswered):
                    await self._look()
                started.set()
                await asyncio.sleep(_LOOK_SECONDS)
        finally:
            telling.cancel()
            self._targets.end()
            for front in self._fronts.values():
                await front.close()

    async def _look(self) -> None:
        async with self._one_at_a_time:
            self._configuration = await asyncio.to_thread(self._read)
            await self._open()
            self._targets.apply(self._configuration)
            await self._tell()

    def _read(self) -> Configuration:
        """Ask the account; a connection that has once failed is not used again, since it remembers silence."""
        try:
            return read(self._account)
        except Unanswered:
            self._account = self._connect()
            raise

    async def _open(self) -> None:
        """Open and close ports as listeners come and go."""
        wanted = {
            listener.arn: (balancer, listener)
            for balancer in self._configuration.balancers
            for listener in balancer.listeners
        }
        for arn in self._fronts.keys() - wanted.keys():
            self._directory.remove(arn)
            await self._fronts.pop(arn).close()
        for arn, (balancer, listener) in wanted.items():
            entry = Entry(balancer, listener, self._targets, self._directory, self._note)
            names = self._names(listener)
            if arn in self._fronts:
                self._fronts[arn].entry, self._fronts[arn].names = entry, names
                continue
            front = Front(entry, names, self.authority)
            await front.open()
            self._fronts[arn] = front
            self._enter(balancer, listener, front.place)

    def _enter(self, balancer: LoadBalancer, listener: Listener, place: Place) -> None:
        for ip in balancer.ips:
            self._directory.add(ip, listener.port, place, listener.arn)

    def _names(self, listener: Listener) -> list[tuple[str, ...]]:
        known = (self._configuration.certificates.get(each) for each in listener.certificates)
        return [names for names in known if names]

    async def _ask_targets(self) -> list[str]:
        groups = [self._configuration.groups[arn] for arn, _ in self.groups_in_use()]
        asked = [(each.name, each.check, target) for each in groups if each.check for target in sorted(each.targets)]
        found = await asyncio.gather(*(self._probe(target, check) for _, check, target in asked))
        return [
            f"a target of {name} fails its health check: {failure.description}"
            for (name, _, _), failure in zip(asked, found, strict=True)
            if failure
        ]

    async def _probe(self, target: Target, check: HealthCheck) -> Failure | None:
        timeout = max(check.timeout_seconds / self._pace, TIMEOUT_MIN_SECONDS)
        return await probe(self._directory, target, check, timeout)

    async def _watch(self, member: Member) -> None:
        while (check := member.group.check) is not None:
            failure = await self._probe(member.target, check)
            self._targets.changed(member, after(member.health, failure, check))
            await asyncio.sleep(check.interval_seconds / self._pace)

    def _notice(self) -> None:
        self._news.set()

    async def _tell_news(self) -> None:
        while True:
            await self._news.wait()
            await self._tell()

    async def _tell(self) -> None:
        """Let `describe_target_health` answer what was found; another emulator than ours has no place for it."""
        self._news.clear()
        with suppress(OSError):
            await asyncio.to_thread(tell, self._account, "target-health", self._targets.states())

    def _note_error(self, _loop: object, told: Mapping[str, Any]) -> None:
        """Its kind alone, since its text may quote a request."""
        self._note(f"error {type(told.get('exception')).__name__}: {told['message']}")

    def _note(self, line: str) -> None:
        with self._log.open("a", encoding="utf-8") as log:
            log.write(line + "\n")


@contextmanager
def serving(balancer: Balancer) -> Iterator[Balancer]:
    """Serve inside the block, in a thread of its own."""
    loop = balancer._loop  # noqa: SLF001 - of this module
    started = threading.Event()
    running = loop.create_task(balancer.run(started))

    def work() -> None:
        asyncio.set_event_loop(loop)
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(running)
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()

    thread = threading.Thread(target=work, name="load balancer", daemon=True)
    thread.start()
    try:
        started.wait(_CALL_MAX_SECONDS)
        yield balancer
    finally:
        with suppress(RuntimeError):  # the loop has ended by itself
            loop.call_soon_threadsafe(running.cancel)
        thread.join(_CALL_MAX_SECONDS)
