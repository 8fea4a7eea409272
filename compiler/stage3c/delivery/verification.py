"""Whether a deployed stack works: its name, its certificate, its redirect and the checks of its spec, in rows."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from stage3c.delivery.certificate import address_faults, certificate_faults
from stage3c.delivery.detour import Detour
from stage3c.delivery.judging import Answer, faults_of, saved_from
from stage3c.delivery.web import Web
from stage3c.diagnostics import Path
from stage3c.language.model.check import Check
from stage3c.output.endpoints import Endpoint, filled

_REDIRECTS: Final = (301, 302, 307, 308)
_REDIRECTION: Final = 3
_PAUSE_SECONDS: Final = 3.0
_TIMEOUT_SECONDS: Final = 10.0


class Row(Struct, frozen=True):
    """One thing that was verified."""

    name: str
    """What it is: `GET /health`."""
    path: Path
    """Where the spec asks for it."""
    faults: tuple[str, ...] = ()
    seconds: float = 0.0
    status: int = 0

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


Progress = Callable[[int, int, float], None]
"""Told how many rows pass, of how many, after how many seconds."""


def verify(
    endpoint: Endpoint, checks: Sequence[Check], wait_seconds: float, tell: Progress, detour: Detour | None = None
) -> list[Row]:
    """Verify everything; what fails is tried again until the deadline, whole sequences together."""
    return asyncio.run(_verify(endpoint, checks, wait_seconds, tell, detour))


async def _verify(
    endpoint: Endpoint, checks: Sequence[Check], wait_seconds: float, tell: Progress, detour: Detour | None
) -> list[Row]:
    web = Web(detour)
    began = time.monotonic()
    jobs = [*_surroundings(web, endpoint, detour), *_groups(web, endpoint, checks)]
    try:
        found = await asyncio.gather(*(job() for job in jobs))
        while (passed := time.monotonic() - began) < wait_seconds and not _all_pass(found):
            rows = [row for rows in found for row in rows]
            tell(sum(row.passed for row in rows), len(rows), passed)
            await asyncio.sleep(min(_PAUSE_SECONDS, wait_seconds - passed))
            again = [number for number, rows in enumerate(found) if not _all_pass([rows])]
            for number, rows in zip(again, await asyncio.gather(*(jobs[number]() for number in again)), strict=True):
                found[number] = rows
    finally:
        await web.close()
    return sorted((row for rows in found for row in rows), key=lambda row: _place(row.path))


Job = Callable[[], Any]


def _all_pass(found: Iterable[Sequence[Row]]) -> bool:
    return all(row.passed for rows in found for row in rows)


def _place(path: Path) -> tuple[bool, int]:
    """Checks in the order of the spec, after everything else."""
    return path[:1] == ("checks",), int(path[1]) if path[:1] == ("checks",) else 0


def _surroundings(web: Web, endpoint: Endpoint, detour: Detour | None) -> list[Job]:
    """What has to be so before any check can pass."""
    path: Path = ("load_balancers", endpoint.balancer) if endpoint.balancer else ()

    async def address() -> list[Row]:
        faults = await asyncio.to_thread(address_faults, endpoint.host, detour)
        return [Row(f"DNS of {endpoint.host}", ("domain", "name") if endpoint.balancer else (), tuple(faults))]

    async def certificate() -> list[Row]:
        faults = await asyncio.to_thread(certificate_faults, endpoint.host, endpoint.port, endpoint.hostnames, detour)
        return [Row(f"certificate of {endpoint.host}", path, tuple(faults))]

    async def redirect() -> list[Row]:
        answer = await web.send("get", f"{endpoint.plain_url}/", None, _TIMEOUT_SECONDS, follow=False)
        faults = tuple(_redirect_faults(answer, endpoint))
        return [Row("redirect from HTTP to HTTPS", path, faults, answer.seconds, answer.status)]

    jobs: list[Job] = [address]
    return [*jobs, *([certificate] if endpoint.is_https else []), *([redirect] if endpoint.plain_url else [])]


def _redirect_faults(answer: Answer, endpoint: Endpoint) -> list[str]:
    if answer.failure:
        return [answer.failure]
    target = urlsplit(answer.headers.get("location", ""))
    if answer.status not in _REDIRECTS:
        return [f"{endpoint.plain_url}/ answers with status {answer.status}, expected a redirect to HTTPS"]
    if target.scheme != "https" or target.hostname != endpoint.host:
        return [f"{endpoint.plain_url}/ does not redirect to https://{endpoint.host}"]
    return []


def _groups(web: Web, endpoint: Endpoint, checks: Sequence[Check]) -> list[Job]:
    """Each sequence as one job, each other check as a job of its own."""
    groups: dict[str | int, list[tuple[int, Check]]] = {}
    for number, check in enumerate(checks):
        groups.setdefault(check.sequence or number, []).append((number, check))

    def job(members: list[tuple[int, Check]]) -> Job:
        return lambda: _sequence(web, endpoint, members)

    return [job(members) for members in groups.values()]


async def _sequence(web: Web, endpoint: Endpoint, members: Sequence[tuple[int, Check]]) -> list[Row]:
    """Run checks one after another; after one that fails, the rest is not sent."""
    rows: list[Row] = []
    saved: dict[str, str] = {}
    for number, check in members:
        row = Row(f"{check.method.upper()} {check.path}", ("checks", number))
        if any(not each.passed for each in rows):
            rows.append(replace(row, faults=("not sent: an earlier check of the sequence failed",)))
            continue
        url = endpoint.url_of(check, saved)
        body, follow = _body(check, saved), check.status // 100 != _REDIRECTION
        answer = await web.send(check.method, url, body, check.timeout_seconds, follow=follow)
        saved |= saved_from(check, answer)
        missing = [f"json {check.save[name]} cannot be saved" for name in check.save if name not in saved]
        faults = tuple(faults_of(check, answer) or missing)
        rows.append(replace(row, faults=faults, seconds=answer.seconds, status=answer.status))
    return rows


def _body(check: Check, saved: dict[str, str]) -> Mapping[str, Any] | None:
    return None if check.body is None else {key: _with(value, saved) for key, value in check.body.items()}


def _with(value: Any, saved: dict[str, str]) -> Any:  # noqa: ANN401 - what a spec holds
    if isinstance(value, dict):
        return {key: _with(inner, saved) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with(inner, saved) for inner in value]
    return filled(value, saved) if isinstance(value, str) else value
