"""Which rule of a listener a request meets. Pure.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/add-rule.html (2026-11-28): patterns of paths are compared as
written, host names without regard to case; header values and query strings, too (from memory).
"""

import ipaddress
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final
from urllib.parse import parse_qsl

from msgspec import Struct

from stage3c.delivery.wildcards import fits
from stage3c.rehearsal.balancer.configuration import Json, Rule


class Request(Struct, frozen=True, dict=True):
    """What rules look at; names of headers are in lower case."""

    method: str
    target: str
    """Path and query, as sent."""
    headers: Mapping[str, str]
    source: str
    scheme: str = "http"
    port: int = 80

    @cached_property
    def path(self) -> str:
        """The path alone."""
        return self.target.partition("?")[0]

    @cached_property
    def query(self) -> str:
        """What follows the question mark."""
        return self.target.partition("?")[2]

    @cached_property
    def host(self) -> str:
        """The host name, in lower case and without a port."""
        return self.headers.get("host", "").rpartition("@")[2].partition(":")[0].lower()


def rule_for(rules: Sequence[Rule], request: Request) -> Rule:
    """The first rule whose conditions all hold; the last one has none."""
    return next(rule for rule in rules if all(_holds(each, request) for each in rule.conditions))


def _holds(condition: Json, request: Request) -> bool:
    return _CONDITIONS[condition["Field"]](condition, request)


def _values(condition: Json, name: str) -> list[Any]:
    """In the structure of the kind of condition, or in the older list beside it."""
    return list((condition.get(name) or {}).get("Values") or condition.get("Values") or ())


def _any(patterns: Iterable[str], text: str, *, folded: bool) -> bool:
    return any(fits(each.lower(), text.lower()) if folded else fits(each, text) for each in patterns)


def _path(condition: Json, request: Request) -> bool:
    return _any(_values(condition, "PathPatternConfig"), request.path, folded=False)


def _host(condition: Json, request: Request) -> bool:
    return _any(_values(condition, "HostHeaderConfig"), request.host, folded=True)


def _header(condition: Json, request: Request) -> bool:
    found = request.headers.get(condition["HttpHeaderConfig"]["HttpHeaderName"].lower())
    return found is not None and _any(_values(condition, "HttpHeaderConfig"), found, folded=True)


def _method(condition: Json, request: Request) -> bool:
    return request.method in _values(condition, "HttpRequestMethodConfig")


def _query(condition: Json, request: Request) -> bool:
    sent = parse_qsl(request.query, keep_blank_values=True)
    return any(
        _any([each["Value"]], value, folded=True) and ("Key" not in each or _any([each["Key"]], key, folded=True))
        for each in _values(condition, "QueryStringConfig")
        for key, value in sent
    )


def _source(condition: Json, request: Request) -> bool:
    source = ipaddress.ip_address(request.source)
    return any(source in ipaddress.ip_network(each, strict=False) for each in _values(condition, "SourceIpConfig"))


_CONDITIONS: Final[Mapping[str, Callable[[Json, Request], bool]]] = {
    "path-pattern": _path,
    "host-header": _host,
    "http-header": _header,
    "http-request-method": _method,
    "query-string": _query,
    "source-ip": _source,
}
