"""What a load balancer answers by itself: fixed responses, redirects and its own errors. Pure.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html (from memory)
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from msgspec import Struct

from stage3c.rehearsal.balancer.configuration import Json
from stage3c.rehearsal.balancer.routing import Request

SERVER: Final = "awselb/2.0"


class Answer(Struct, frozen=True):
    """A whole response."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


def error(status: int) -> Answer:
    """An error of the load balancer itself."""
    title = f"{status} {HTTPStatus(status).phrase}"
    page = f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n</body>\r\n</html>"
    return _answer(status, {"content-type": "text/html"}, page.encode())


def own_answer(action: Json, request: Request) -> Answer:
    """What an action that does not forward answers."""
    match action["Type"]:
        case "fixed-response":
            told = action["FixedResponseConfig"]
            kind = {"content-type": told["ContentType"]} if told.get("ContentType") else {}
            return _answer(int(told["StatusCode"]), kind, str(told.get("MessageBody") or "").encode())
        case "redirect":
            told = action["RedirectConfig"]
            status = int(str(told["StatusCode"]).removeprefix("HTTP_"))
            return _answer(status, {"location": location(told, request)}, b"")
        case _:
            return error(HTTPStatus.NOT_IMPLEMENTED)


def location(told: Json, request: Request) -> str:
    """Where a redirect goes; a part that is not given is that of the request."""
    protocol = _filled(told.get("Protocol") or "#{protocol}", request).lower()
    host = _filled(told.get("Host") or "#{host}", request)
    port = _filled(told.get("Port") or "#{port}", request)
    path = _filled(told.get("Path") or "/#{path}", request)
    query = _filled(str(told.get("Query", "#{query}")), request)
    return f"{protocol}://{host}:{port}{path}{f'?{query}' if query else ''}"


def _filled(text: str, request: Request) -> str:
    values = {
        "protocol": request.scheme,
        "host": request.host,
        "port": str(request.port),
        "path": request.path.removeprefix("/"),
        "query": request.query,
    }
    for name, value in values.items():
        text = text.replace(f"#{{{name}}}", value)
    return text


def _answer(status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    return Answer(status, (("server", SERVER), *headers.items(), ("content-length", str(len(body)))), body)
