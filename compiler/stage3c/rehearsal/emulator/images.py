"""What is in the images, as a test says: whether the container exits, what it writes, and how it answers health checks.

`POST /moto-api/stage3c/images` takes `region`, `image`, and the fields of `Conduct`, such as `"paths": {"/ready": 503}`.
`image` is a part of the reference in a container definition, such as `shop/api:v2`. An image of which nothing is said works.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ecs.models import ecs_backends
from moto.moto_api._internal import urls
from msgspec import Struct

from stage3c.rehearsal.emulator.turns import TURN


class Conduct(Struct, frozen=True):
    """What the containers of an image do once they are started; without a port they answer on every port."""

    exit_code: int | None = None
    log: tuple[str, ...] = ()
    port: int | None = None
    paths: Mapping[str, int] = {}
    """The status by path; empty: 200 for every path; else 404 for the others."""

    def status(self, port: int, path: str) -> int | None:
        """How a request is answered; None if nothing listens."""
        if self.port not in (None, port):
            return None
        return self.paths.get(path, 404) if self.paths else 200


WORKS: Final = Conduct()


def extend() -> None:
    """Let a test say what is in an image."""
    urls.url_paths["{0}/moto-api/stage3c/images"] = _told  # type: ignore[assignment] # as moto's own


def conduct_of(backend: Any, image: str) -> Conduct:
    """What is said of an image; the last word counts."""
    told = vars(backend).get("_conducts", {})
    return next((conduct for part, conduct in reversed(told.items()) if part in image), WORKS)


def tell(region: str, image: str, conduct: Conduct) -> None:
    """Say what is in an image; a reset of the account forgets it."""
    told = vars(ecs_backends[DEFAULT_ACCOUNT_ID][region]).setdefault("_conducts", {})
    told.pop(image, None)
    told[image] = conduct


def _told(request: Any, _url: str, _headers: Any) -> tuple[int, dict[str, str], str]:
    said = json.loads(request.data)
    region, image = said.pop("region"), said.pop("image")
    with TURN:
        tell(region, image, Conduct(**{**said, "log": tuple(said.get("log", ()))}))
    return 200, {}, "{}"
