"""Between the question and the answer somebody else may deploy; a rollback then changes nothing."""

from typing import Any, cast

import pytest
from stage3c.cli.main import application
from stage3c.delivery.rollback import Rollback, perform
from stage3c.live.account import Account, LiveError
from typer.testing import CliRunner

from tests.delivery.deployed import BUILD, SPEC


class Ecs:
    """Answers with one service, and writes down what is changed."""

    def __init__(self, revision: int) -> None:
        self.told = {"status": "ACTIVE", "taskDefinition": f"arn:aws:ecs:us-east-1:1:task-definition/shop:{revision}"}
        self.changed: list[str] = []

    def ask(self, call: str, **_: Any) -> Any:
        if call == "ecs.describe_services":
            return {"services": [self.told]}
        self.changed.append(call)
        return {"service": self.told, "taskDefinition": {"taskDefinitionArn": "shop:9"}}


@pytest.mark.parametrize(("revision", "changed"), [(7, ["ecs.update_service"]), (8, [])])
def test_a_service_that_was_deployed_meanwhile_stays(revision: int, changed: list[str]) -> None:
    ecs = Ecs(revision)
    plan = Rollback("nodejs", "shop:7", "x:v2", "shop:6", "x:v1", None, (), (), "", None)
    if changed:
        perform(cast("Account", ecs), BUILD, plan)
    else:
        with pytest.raises(LiveError, match="was deployed meanwhile: it has shop:8"):
            perform(cast("Account", ecs), BUILD, plan)
    assert ecs.changed == changed


@pytest.mark.parametrize("option", [("--url", "shop"), ("--connect-to", "shop")])
def test_options_of_verify_are_judged_before_anything_is_rolled_back(option: tuple[str, str]) -> None:
    where = ("--endpoint-url", "http://127.0.0.1:9", "--yes")
    done = CliRunner().invoke(application("rollback"), ["rollback", str(SPEC), "--service", "nodejs", *where, *option])
    assert done.exit_code == 2, done.output
