"""Headers on their way through a load balancer. Pure.

https://docs.amazonaws.cn/en_us/elasticloadbalancing/latest/application/x-forwarded-headers.html and
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html (2026-11-28)
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from stage3c.rehearsal.balancer.routing import Request

Headers = list[tuple[bytes, bytes]]
_HOP_BY_HOP: Final = frozenset(
    {b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailer", b"upgrade", b"expect"}
)
_OURS: Final = frozenset({b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-port", b"x-amzn-trace-id"})
_VALID: Final = re.compile(rb"[-A-Za-z0-9]+")


def to_target(raw: Iterable[tuple[bytes, bytes]], request: Request, trace: str, *, drop_invalid: bool) -> Headers:
    """The headers that a target gets; `trace` is a new trace id, used if the client sent none."""
    sent = [*raw]
    kept = [
        (name, value)
        for name, value in _end_to_end(sent)
        if name.lower() not in _OURS and (not drop_invalid or _VALID.fullmatch(name))
    ]
    before = request.headers.get("x-forwarded-for")
    ours = {
        "X-Forwarded-For": f"{before}, {request.source}" if before else request.source,
        "X-Forwarded-Proto": request.scheme,
        "X-Forwarded-Port": str(request.port),
        "X-Amzn-Trace-Id": _trace(request.headers.get("x-amzn-trace-id", ""), trace),
    }
    return [*kept, *_upgrade(sent), *((name.encode(), value.encode("latin-1")) for name, value in ours.items())]


def to_client(raw: Iterable[tuple[bytes, bytes]]) -> Headers:
    """The headers that a client gets of a target's response."""
    sent = [*raw]
    return [*_end_to_end(sent), *_upgrade(sent)]


def _end_to_end(raw: Headers) -> Iterator[tuple[bytes, bytes]]:
    named = _of_connection(raw)
    return ((name, value) for name, value in raw if name.lower() not in _HOP_BY_HOP | named)


def _of_connection(raw: Headers) -> set[bytes]:
    """The headers that `Connection` names, which are for this connection alone."""
    return {each.strip() for name, value in raw if name.lower() == b"connection" for each in value.lower().split(b",")}


def _upgrade(raw: Headers) -> Headers:
    found = [(name, value) for name, value in raw if name.lower() == b"upgrade"]
    return [*found, (b"Connection", b"Upgrade")] if found and b"upgrade" in _of_connection(raw) else []


def _trace(sent: str, new: str) -> str:
    """With `Self` of this load balancer in place of that of another, or with a `Root` where there is none."""
    kept = ";".join(each for each in sent.split(";") if each and not each.strip().startswith("Self="))
    name = "Self" if "Root=" in kept else "Root"
    return f"{name}={new};{kept}" if kept else f"{name}={new}"
