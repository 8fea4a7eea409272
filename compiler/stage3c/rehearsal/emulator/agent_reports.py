"""What an agent says of the tasks that it runs for a service. From its first word on, nothing is made up for that service.

`POST /moto-api/stage3c/tasks` takes `service` (an ARN), `running` (`{id of a deployment: number of tasks}`) and `stopped`
(`[{deployment, reason, exit_code, event}]`: tasks that did not start or did not stay). A service without an agent is as ever.
"""

import json
from typing import Any

from moto.ecs.models import ecs_backends
from moto.moto_api._internal import urls

from stage3c.rehearsal.emulator import deployments
from stage3c.rehearsal.emulator.starts import StoppedTask
from stage3c.rehearsal.emulator.turns import TURN


def extend() -> None:
    """Let an agent report."""
    urls.url_paths["{0}/moto-api/stage3c/tasks"] = _take  # type: ignore[assignment] # as moto's own


def _take(request: Any, _url: str, _headers: Any) -> tuple[int, dict[str, str], str]:
    told = json.loads(request.data)
    stopped = [
        (each["deployment"], StoppedTask(each["reason"], each.get("exit_code"), events=(each["event"],)))
        for each in told["stopped"]
    ]
    with TURN:
        service = _service(told["service"])
        if service is None:
            return 404, {}, "{}"
        deployments.report(service, told["running"], stopped)
    return 200, {}, "{}"


def _service(arn: str) -> Any:
    """A service of any account that moto has, by `arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/NAME`."""
    _, _, _, region, account, resource = arn.split(":", 5)
    found = ecs_backends[account][region].services.values()
    return next((each for each in found if each.arn == arn), None) if resource else None
