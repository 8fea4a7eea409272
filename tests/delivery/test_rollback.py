"""Back to an earlier image: in an emulated account, as a user does it."""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stage3c.delivery.running import cluster_of, service_of, short
from stage3c.delivery.settling import Progress, Settled, settle

from tests.command import run_inside
from tests.delivery.deployed import BUILD, CANARY, SPEC, Deployed, name_of_family
from tests.emulator import run_command

pytestmark = pytest.mark.slow

QUIET = ("--no-verify", "--wait", "60")


def revision(deployed: Deployed, key: str = "nodejs") -> Any:
    """The task definition that a service has now."""
    name = str(deployed.service(key)["taskDefinition"])
    return deployed.aws.client("ecs").describe_task_definition(taskDefinition=name)["taskDefinition"]


def revisions(deployed: Deployed, key: str = "nodejs") -> list[str]:
    asked = {"familyPrefix": name_of_family(key)}
    return [short(arn) for arn in deployed.aws.client("ecs").list_task_definitions(**asked)["taskDefinitionArns"]]


def roll_back(deployed: Deployed, *more: str, typed: str = "", spec: Path = SPEC) -> Any:
    done = run_command("rollback", spec, "--service", "nodejs", *QUIET, *more, aws=deployed.aws, typed=typed)
    assert CANARY not in done.stdout + done.stderr
    return done


def test_the_earlier_revision_comes_back_where_only_the_image_differs(deployed: Deployed, tmp_path: Path) -> None:
    deployed.deploy("nodejs", "v2")
    spec = tmp_path / "shop.yaml"
    spec.write_text(
        SPEC.read_text(encoding="utf-8").replace("build: services/nodejs", "build: services/nodejs\n    tag: v2")
    )
    done = roll_back(deployed, typed="yes\n", spec=spec)
    assert done.returncode == 0, done.stderr
    assert revision(deployed)["revision"] == 1
    assert len(revisions(deployed)) == 2
    assert "only the image differs" in done.stdout
    command = next(line for line in done.stderr.splitlines() if "stage3c tag" in line).partition(" && ")[0]
    assert shlex.split(command)[1:] == ["tag", str(spec), "nodejs=v1"]
    assert run_inside(*shlex.split(command)[1:]).returncode == 0
    assert "    tag: v1\n" in spec.read_text(encoding="utf-8")


def test_nothing_but_the_image_comes_back(deployed: Deployed) -> None:
    variables = [{"name": "PLAIN", "value": f"{CANARY}-2"}, {"name": "NEW", "value": CANARY}]
    deployed.deploy("nodejs", "v2", environment=variables, memory=2048, command=["node", "server.js"])
    done = roll_back(deployed, "--yes")
    assert done.returncode == 0, done.stderr
    now = revision(deployed)
    assert now["revision"] == 3
    container = now["containerDefinitions"][0]
    assert container["image"].endswith("nodejs:v1")
    assert {each["name"]: each["value"] for each in container["environment"]} == {"PLAIN": f"{CANARY}-2", "NEW": CANARY}
    assert (now["memory"], container["command"]) == ("2048", ["node", "server.js"])
    said = [line.strip() for line in done.stdout.partition("not rolled back")[2].splitlines()[1:]]
    assert said == [
        "memory is 2048, was 1024",
        "command differs",
        "variable NEW is new",
        "variable PLAIN has another value",
    ]


def test_a_revision_whose_deployment_failed_is_passed_over(deployed: Deployed) -> None:
    deployed.service("nodejs")
    deployed.aws.contains("nodejs:v2", exit_code=1)
    deployed.deploy("nodejs", "v2")
    for _ in range(5):
        deployed.service("nodejs")
    assert revision(deployed)["revision"] == 1
    deployed.deploy("nodejs", "v3")
    deployed.service("nodejs")
    done = roll_back(deployed, "--yes")
    assert done.returncode == 0, done.stderr
    assert f"passes over {name_of_family('nodejs')}:2, whose deployment failed" in done.stdout
    assert revision(deployed)["revision"] == 1
    deployed.aws.client("ecs").update_service(
        cluster=cluster_of(BUILD), service=service_of(BUILD, "nodejs"), taskDefinition=f"{name_of_family('nodejs')}:3"
    )
    assert roll_back(deployed, "--yes", "--to", "2").returncode == 1


def test_where_nothing_earlier_ran_nothing_is_changed(deployed: Deployed) -> None:
    deployed.aws.contains("nodejs:v1", exit_code=1)
    for _ in range(5):
        deployed.service("nodejs")
    deployed.deploy("nodejs", "v2")
    deployed.service("nodejs")
    done = roll_back(deployed, "--yes")
    assert done.returncode == 3
    assert f"unlike {name_of_family('nodejs')}:1" in done.stderr
    assert revision(deployed)["revision"] == 2


def test_a_revision_is_chosen_by_its_number(deployed: Deployed) -> None:
    for tag in ("v2", "v3"):
        deployed.deploy("nodejs", tag)
    assert roll_back(deployed, "--yes", "--to", "1").returncode == 0
    assert revision(deployed)["revision"] == 1
    assert roll_back(deployed, "--yes", "--to", f"{name_of_family('nodejs')}:2").returncode == 0
    assert revision(deployed)["revision"] == 2


def test_without_a_number_it_is_the_last_other_image(deployed: Deployed) -> None:
    deployed.deploy("nodejs", "v2")
    deployed.register("nodejs", "v3")
    arn = deployed.register("nodejs", "v3", memory=2048)
    from_now = {
        "cluster": str(deployed.service("nodejs")["clusterArn"]),
        "service": deployed.service("nodejs")["serviceName"],
    }
    deployed.push("nodejs", "v3")
    deployed.aws.client("ecs").update_service(**from_now, taskDefinition=arn)
    assert roll_back(deployed, "--yes").returncode == 0
    assert revision(deployed)["containerDefinitions"][0]["image"].endswith(":v2")
    assert revision(deployed)["memory"] == "2048"


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        ((), 2, "nothing was changed"),
        (("--yes", "--to", "9"), 2, "has no revision 9"),
        (("--yes", "--to", "newest"), 2, "--to 6"),
        (("--yes", "--to", "2"), 2, "the image that is deployed now"),
    ],
)
def test_what_is_not_meant_changes_nothing(deployed: Deployed, more: tuple[str, ...], code: int, said: str) -> None:
    deployed.deploy("nodejs", "v2")
    before = revisions(deployed)
    done = roll_back(deployed, *more)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert revisions(deployed) == before
    assert revision(deployed)["revision"] == 2


def test_what_cannot_work_is_refused(deployed: Deployed) -> None:
    done = roll_back(deployed, "--yes")
    assert done.returncode == 3
    assert "no earlier revision" in done.stderr
    assert f"stage3c tag {SPEC} SERVICE=TAG" in done.stderr
    deployed.deploy("nodejs", "v2")
    image = {"imageTag": "v1"}
    deployed.aws.client("ecr").batch_delete_image(repositoryName="agentic-aws/stage3v3/nodejs", imageIds=[image])
    done = roll_back(deployed, "--yes")
    assert done.returncode == 3
    assert "no longer has image v1" in done.stderr
    assert revision(deployed)["revision"] == 2
    done = run_command("rollback", SPEC, "--service", "nodj", aws=deployed.aws)
    assert done.returncode == 2
    assert "use nodejs" in done.stderr


def test_a_deployment_that_the_circuit_breaker_ends_is_a_failure(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stage3c.cli.rollback._POLL_SECONDS", 0)
    deployed.deploy("nodejs", "v2")
    assert deployed.service("nodejs")["deployments"][0]["rolloutState"] == "COMPLETED"
    deployed.aws.client("secretsmanager").delete_secret(SecretId="app-key", ForceDeleteWithoutRecovery=True)
    done = roll_back(deployed, "--yes")
    assert done.returncode == 1
    assert "error: the deployment failed: " in done.stderr
    assert "circuit breaker" in done.stderr
    assert f"stage3c status {SPEC}" in done.stderr
    assert "stage3c tag" not in done.stderr
    assert revision(deployed)["revision"] == 2


def test_the_stack_is_verified_afterwards(deployed: Deployed) -> None:
    deployed.deploy("nodejs", "v2")
    words = ("--service", "nodejs", "--yes", "--url", "http://127.0.0.1:9")  # the discard port, where nothing answers
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("stage3c.cli.rollback._VERIFY_SECONDS", 0)
        done = run_command("rollback", SPEC, *words, aws=deployed.aws)
    assert done.returncode == 1
    assert "stage3c tag" in done.stderr
    assert "checks pass" in done.stderr
    assert revision(deployed)["revision"] == 1


def answers(*rounds: list[dict[str, Any]]) -> Any:
    """An account whose service has these deployments, one list for each time it is asked."""
    turns: Iterator[list[dict[str, Any]]] = iter(rounds)

    class Aws:
        """Enough of one."""

        def ask(self, _: str, /, **__: Any) -> Any:
            return {"services": [{"status": "ACTIVE", "deployments": next(turns)}]}

    return Aws()


def one(identity: str, state: str | None, status: str = "PRIMARY", running: int = 0) -> dict[str, Any]:
    told = {"id": identity, "status": status, "runningCount": running, "desiredCount": 2, "rolloutStateReason": "why"}
    return told if state is None else {**told, "rolloutState": state}


@pytest.mark.parametrize(
    ("rounds", "outcome"),
    [
        ([[one("a", "IN_PROGRESS"), one("z", "COMPLETED", "ACTIVE")], [one("a", "COMPLETED")]], Settled("completed")),
        (
            [[one("a", "IN_PROGRESS")], [one("b", "IN_PROGRESS"), one("a", "FAILED", "ACTIVE")]],
            Settled("failed", "why"),
        ),
        ([[one("a", "IN_PROGRESS")], [one("b", "COMPLETED")]], Settled("replaced")),
        ([[one("b", "IN_PROGRESS"), one("a", "IN_PROGRESS", "ACTIVE")]], Settled("replaced", "why")),
        ([[one("a", "IN_PROGRESS")]] * 4, Settled("unsettled", "why")),
        ([[one("a", None), one("z", None, "ACTIVE")], [one("a", None, running=2)]], Settled("completed")),
    ],
)
def test_a_deployment_is_judged_by_its_id(rounds: list[list[dict[str, Any]]], outcome: Settled) -> None:
    told: list[Progress] = []

    def again(progress: Progress) -> bool:
        told.append(progress)
        return len(told) < len(rounds)

    assert settle(answers(*rounds), BUILD, "nodejs", "a", again) == outcome
    assert len(told) == len(rounds) - (outcome.outcome != "unsettled")
