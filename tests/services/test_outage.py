"""A database that is lost for as long as a failover takes: health checks with the thresholds of the reference stack.

The checks are counted, not timed: in 120 seconds with one every fifteen there are nine. ECS replaces a task that its target group
finds unhealthy, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_services.html (read 2026-11-28).
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from stage3c.resources.health import FAILOVER_MAX_SECONDS

from tests.conftest import ROOT
from tests.services.fastapi_service import fastapi, given
from tests.services.postgres import Login, PostgreSQL
from tests.services.secrets_manager import SecretsManager, secrets_manager
from tests.services.service import Service

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("services")]
GROUP = json.loads((ROOT / "generated" / "stage3v3" / "main.tf.json").read_text(encoding="utf-8"))["resource"][
    "aws_lb_target_group"
]["fastapi"]["health_check"]
CHECK = GROUP[0] if isinstance(GROUP, list) else GROUP
# The first check may come in the first moment of the outage, and the last in its last.
CHECKS_IN_A_FAILOVER = FAILOVER_MAX_SECONDS // CHECK["interval"] + 1


class Target:
    """A task as its target group sees it."""

    def __init__(self, task: Service) -> None:
        self.task = task
        self.failed_in_a_row = 0
        self.is_replaced = False

    def check(self) -> int:
        """One health check; gives the status."""
        status = self.task.get(CHECK["path"]).status_code
        self.failed_in_a_row = 0 if str(status) == CHECK["matcher"] else self.failed_in_a_row + 1
        self.is_replaced |= self.failed_in_a_row >= CHECK["unhealthy_threshold"]
        return status


@pytest.fixture
def targets(environment: dict[str, str], tmp_path: Path) -> Iterator[list[Target]]:
    with ExitStack() as stack:
        yield [Target(stack.enter_context(fastapi(environment, tmp_path))) for _ in range(2)]


def test_a_failover_replaces_no_task(targets: list[Target], postgres: PostgreSQL) -> None:
    assert [each.check() for each in targets] == [200, 200]
    with postgres.down():
        for _ in range(CHECKS_IN_A_FAILOVER):
            assert [each.check() for each in targets] == [503, 503], "nothing is green while the database is gone"
            assert [each.task.get("/health").status_code for each in targets] == [200, 200]
    for each in targets:
        each.task.wait_until(each.task.is_ready)
    assert [each.check() for each in targets] == [200, 200]
    assert not any(each.is_replaced for each in targets)
    assert all(each.task.post("/api/db-test").status_code == 200 for each in targets)


def test_a_task_whose_password_is_stale_is_replaced_and_no_other(
    environment: dict[str, str], postgres: PostgreSQL, login: Login, secrets: SecretsManager, tmp_path: Path
) -> None:
    """Both can read their secret again; only one finds the new password there."""
    new = Login(login.database, login.username, "another")
    with secrets_manager() as stale, ExitStack() as stack:
        stale.put(login.username, login.password)
        good = Target(stack.enter_context(fastapi(environment, tmp_path)))
        bad = Target(stack.enter_context(fastapi(given(postgres, login, stale), tmp_path)))
        postgres.set_password(new)
        secrets.put(new.username, new.password)
        postgres.disconnect(login)
        bad.task.wait_until(lambda: not bad.task.is_ready())
        good.task.wait_until(good.task.is_ready)
        for _ in range(CHECK["unhealthy_threshold"]):
            assert not bad.is_replaced
            assert (good.check(), bad.check()) == (200, 503)
        assert (good.is_replaced, bad.is_replaced) == (False, True)
