"""One health check, sent as a load balancer sends it: no redirect is followed, and no certificate is looked at."""

import asyncio
import ssl
from typing import Final

from stage3c.rehearsal.balancer.configuration import HealthCheck, Target
from stage3c.rehearsal.balancer.health import CONNECTION, TIMEOUT, Failure, answered
from stage3c.rehearsal.balancer.messages import Malformed, Messages, client
from stage3c.rehearsal.directory import Directory

_AGENT: Final = "ELB-HealthChecker/2.0"


async def probe(directory: Directory, target: Target, check: HealthCheck, timeout_seconds: float) -> Failure | None:
    """Ask a target once; None if it passes."""
    port = target.port if check.port == "traffic-port" else int(check.port)
    place = directory.where(target.ip, port)
    if place is None:
        return Failure(CONNECTION, f"Health checks failed: nothing listens on {target.ip}:{port}")
    try:
        async with asyncio.timeout(timeout_seconds):
            status = await _status(place, f"{target.ip}:{port}", check)
    except TimeoutError:
        return Failure(TIMEOUT, "Request timed out")
    except (OSError, Malformed):
        return Failure(CONNECTION, "Health checks failed")
    return answered(status, check.matcher)


async def _status(place: tuple[str, int], host: str, check: HealthCheck) -> int:
    context = unchecked() if check.protocol == "HTTPS" else None
    messages = Messages(client(), *await asyncio.open_connection(*place, ssl=context))
    try:
        sent = [
            ("Host", host),
            ("Connection", "close"),
            ("User-Agent", _AGENT),
            ("Accept-Encoding", "gzip, compressed"),
        ]
        await messages.request("GET", check.path, [(name.encode(), value.encode()) for name, value in sent])
        return int((await messages.response()).status_code)
    finally:
        messages.close()


def unchecked() -> ssl.SSLContext:
    """TLS to a target, whose certificate a load balancer does not validate.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html (from memory)
    """
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
