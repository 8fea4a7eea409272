"""Requests that an SDK sends again because the answer was lost on the way: they get that answer.

On a busy machine some connections end after the request was served. Sent again, a conditional request meets its own
first attempt: Terraform is refused a lock that it holds, and leaves it behind. A request that failed is served anew.
All attempts of a call have one id: https://docs.rs/aws-runtime/1.5.9/aws_runtime/invocation_id/index.html (2026-11-28).
AWS itself remembers no answers, so there the second attempt of a conditional request may be refused.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import Future
from functools import partial
from typing import Any, Final, cast

from moto.moto_server.werkzeug_app import DomainDispatcherApplication
from werkzeug import Response

_REMEMBERED_MAX: Final = 256

_attempts: OrderedDict[str, "Future[Response | None]"] = OrderedDict()
_guard: Final = threading.Lock()


def extend() -> None:
    """Serve what changes something once per call of an SDK."""
    serve = DomainDispatcherApplication.__call__

    def serve_once(application: Any, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        identity = environ.get("HTTP_AMZ_SDK_INVOCATION_ID")
        if identity is None or environ["REQUEST_METHOD"] in {"GET", "HEAD"}:
            return cast("Iterable[bytes]", serve(application, environ, start))
        earlier, own = _begin(identity)
        answer = None
        try:
            answer = _same(earlier) or Response.from_app(partial(serve, application), environ, buffered=True)
        finally:
            own.set_result(answer)
        return answer(environ, start)

    DomainDispatcherApplication.__call__ = serve_once  # type: ignore[method-assign,assignment] # an extension


def _begin(identity: str) -> tuple["Future[Response | None] | None", "Future[Response | None]"]:
    """The attempt before, if there was one, and this one, which the next will find."""
    with _guard:
        earlier = _attempts.pop(identity, None)
        own = _attempts[identity] = Future()
        if len(_attempts) > _REMEMBERED_MAX:
            _attempts.popitem(last=False)
    return earlier, own


def _same(earlier: "Future[Response | None] | None") -> Response | None:
    """The answer to an earlier attempt, which may still be under way, if it succeeded."""
    answer = earlier.result() if earlier else None
    return answer if answer and answer.status_code < 300 else None  # noqa: PLR2004 - successes of HTTP
