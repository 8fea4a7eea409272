"""The emulated AWS account of a rehearsal: a process on a free loopback port, prepared like a real account."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Final

from stage3c.aws.kinds.kind import Unanswered
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account
from stage3c.rehearsal.failure import Failed
from stage3c.rehearsal.filling import make_existing
from stage3c.rehearsal.isolation import ACCOUNT, environment
from stage3c.rehearsal.processes import Processes, free_port
from stage3c.shipped import install_command

_START_MAX_SECONDS: Final = 60
_TELL_MAX_SECONDS: Final = 10
_LOG: Final = "emulator.log"
_ROLES: Final = ("ecs", "elasticloadbalancing", "rds", "ecs.application-autoscaling")
"""The service-linked roles that an account in use has."""


class Emulated:
    """A running account."""

    def __init__(self, running: Processes, stack: Stack, url: str | None = None) -> None:
        """Start it and wait until it answers, unless there is another emulator at `url`."""
        port = free_port()
        self.url = url or f"http://127.0.0.1:{port}"
        self._process = None if url else self._started(running, stack, port)
        self.account = Account(stack.region, self.url)
        try:
            _prepare(self.account, stack)
        except Unanswered as reason:
            raise Failed(f"the emulated account cannot be prepared: {reason}.", "see its own log.") from None

    def _started(self, running: Processes, stack: Stack, port: int) -> "subprocess.Popen[str]":
        process = running.start(
            [sys.executable, "-m", "stage3c.rehearsal.emulator", str(port), "--asked"],
            running.work,
            {**environment(os.environ, "", stack.region), **_settings(stack)},
            _LOG,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._wait(process, running.logs / _LOG)
        return process

    @property
    def has_inventory(self) -> bool:
        """Tell whether it is our own emulator, which can be asked for everything that it has."""
        return self._process is not None

    def inventory(self) -> dict[str, list[str]]:
        """Everything that it has, by service, region and store; nothing of another emulator."""
        if self._process is None:
            return {}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write("inventory\n")
            self._process.stdin.flush()
            answer: dict[str, list[str]] = json.loads(self._process.stdout.readline())
        except (OSError, ValueError):
            raise Failed("the emulated AWS account has ended.", f"see {_LOG} in the folder of the logs.") from None
        return answer

    def _wait(self, process: "subprocess.Popen[str]", log: Path) -> None:
        end = time.monotonic() + _START_MAX_SECONDS
        while process.poll() is None and time.monotonic() < end:
            try:
                urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
                    f"{self.url}/moto-api/", timeout=5
                ).close()
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
            else:
                return
        raise Failed(f"the emulated AWS account does not start; its log is {log}.", install_command("rehearse"))


def tell(account: Account, what: str, told: object) -> None:
    """Tell our own emulator what runs beside it; raises `OSError` where another emulator has no place for that."""
    url, kind = f"{account.endpoint_url}/moto-api/{what}", {"Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(told).encode(), kind, method="POST")  # noqa: S310 - http, and loopback
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=_TELL_MAX_SECONDS).close()


def _settings(stack: Stack) -> dict[str, str]:
    """Moto's own settings; AWS's managed policies exist in every account."""
    return {
        "MOTO_ACCOUNT_ID": stack.account or ACCOUNT,
        "MOTO_ACM_VALIDATION_WAIT": "0",
        "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
    }


def _prepare(account: Account, stack: Stack) -> None:
    """Make what an account has before a stack is applied: hosted zone, secrets, and the roles that AWS's services act by."""
    domain = stack.domain
    if domain is not None:
        zone: dict[str, Any] = {"Name": domain.zone, "CallerReference": "rehearsal"}
        if not any(
            each["Name"] == f"{domain.zone}." for each in account.all("route53.list_hosted_zones", "HostedZones")
        ):
            account.ask("route53.create_hosted_zone", **zone)
    make_existing(account, stack)
    account.ask("ec2.describe_vpcs")  # moto makes the default VPC and AWS's images when it is first asked
    for service in _ROLES:
        there = ("EntityAlreadyExists", "InvalidInput")  # moto's word, and AWS's
        account.maybe("iam.create_service_linked_role", *there, AWSServiceName=f"{service}.amazonaws.com")
