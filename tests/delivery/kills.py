"""Kills `release` at random moments and runs it again: `python -m tests.delivery.kills --kills 20`.

Every other kill is SIGKILL to the process group, the others are SIGTERM to the command, as `kill` sends it. After each,
the command is run again, and what its message says is done, until the release is complete; then nothing may exist twice.
Takes the real Terraform and about a minute for each kill on a quiet machine, so CI does not run it.
"""

import argparse
import json
import os
import random
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stage3c.live.ownership import tags_of_owner

from tests.command import run_inside
from tests.delivery.shop import Shop, deployment, make_place_of_the_state, small_shop
from tests.emulator import MAKE_BELIEVE

FRESH_EVERY = 4
"""Each fourth kill hits a first release, the others one of a new tag."""
RUNS_MAX = 8


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each kill, and a summary; exit 1 if a release could not be completed or something exists twice."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=15)
    told = parser.parse_args(arguments)
    os.environ.update(MAKE_BELIEVE)
    moments = random.Random(told.seed)  # noqa: S311 - when to kill is no secret
    outcomes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as home, small_shop(Path(home)) as shop:
        seconds = {True: 90.0, False: 60.0}
        for number in range(told.kills):
            fresh = number % FRESH_EVERY == 0
            begin(shop, number, fresh=fresh)
            hard = number % 2 == 0
            where = killed(shop, moments.uniform(0.5, seconds[fresh]), hard=hard)
            began = time.monotonic()
            outcome = completed(shop) or "the next run completes"
            seconds[fresh] = max(20.0, time.monotonic() - began)
            outcomes[outcome] += 1
            what = f"{'SIGKILL' if hard else 'SIGTERM'} {'first release' if fresh else 'new tag'}"
            print(f"{number + 1}: {what}, {where}: {outcome}", flush=True)
            assert_nothing_twice(shop, f"v{number}")
    print(f"{told.kills} kills; nothing exists twice; {dict(outcomes)}")


def begin(shop: Shop, number: int, *, fresh: bool) -> None:
    """An account without anything, or the stack with another tag."""
    if fresh:
        shop.journey.aws.reset()
        shop.journey.aws.clients.clear()
        make_place_of_the_state(shop.journey)
        subprocess.run(["rm", "-rf", str(shop.home / "generated")], check=True)
    shop.tag(f"v{number}")


def killed(shop: Shop, seconds: float, *, hard: bool) -> str:
    """Start a release and kill it: at which moment, and in which step. A secret to fill on the way is filled."""
    end, said = time.monotonic() + seconds, ""
    while True:
        process = shop.start()
        try:
            out, said = process.communicate(timeout=max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            if hard:
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.terminate()
            _, said = process.communicate()
            steps = re.findall(r"^(prepare|secrets|images|apply|deployments): (?!done)", said, re.MULTILINE)
            return f"after {seconds:.0f} s in {steps[-1] if steps else 'preparation'}"
        if not (out and json.loads(out)["secrets"]):
            return f"ended by itself before {seconds:.0f} s"
        shop.fill()


def completed(shop: Shop) -> str:
    """Run the release until it is complete, doing what it says: what that was."""
    done: list[str] = []
    for _ in range(RUNS_MAX):
        code, told, said = shop.release()
        if code == 0:
            return "; ".join(dict.fromkeys(done))
        if told and told["secrets"]:
            shop.fill()
            continue
        command = advised(told, said)
        done.append(followed(shop, command, said))
    sys.exit(f"not complete after {RUNS_MAX} runs: {'; '.join(done)}")


def advised(told: Any, said: str) -> list[str]:
    """The first command that the messages give."""
    text = "\n".join([*(told["why"] if told else ()), said])
    found = re.search(
        r"\b(terraform -chdir=\S+ force-unlock[^\n]*|aws (?:dynamodb|s3)[^\n]*|stage3c adopt[^\n]*)", text
    )
    return shlex.split(found[1].rstrip(".")) if found else []


def followed(shop: Shop, command: list[str], said: str) -> str:
    """Run what was advised; without advice, the same command again."""
    place, aws = ("--endpoint-url", shop.journey.aws.url), shop.journey.aws
    match command:
        case ["terraform", _, "force-unlock", *rest]:
            aws.terraform(shop.journey.stack, "force-unlock", "-force", rest[-1])
            return "terraform force-unlock"
        case ["stage3c", "adopt", *_]:
            arguments = ("adopt", "shop.yaml", *place)
            before = Path.cwd()
            os.chdir(shop.home)
            run_inside(*arguments, environment={**os.environ, **aws.environment})
            os.chdir(before)
            return "stage3c adopt"
        case ["aws", *_]:
            return f"unlock by hand: {command[:3]}"
    last = said.strip().splitlines()[-2:]
    return f"again ({' '.join(last)})"


def assert_nothing_twice(shop: Shop, tag: str) -> None:
    """Count what exists by the tags of the stack, and look whether the service runs its image."""
    aws = shop.journey.aws
    ec2, tags = aws.client("ec2"), tags_of_owner(shop.journey.build.stack)
    ours = [{"Name": f"tag:{name}", "Values": [value]} for name, value in tags.items()]
    counted = {
        "aws_vpc": len(ec2.describe_vpcs(Filters=ours)["Vpcs"]),
        "aws_subnet": len(ec2.describe_subnets(Filters=ours)["Subnets"]),
        "aws_internet_gateway": len(ec2.describe_internet_gateways(Filters=ours)["InternetGateways"]),
        "aws_security_group": len(ec2.describe_security_groups(Filters=ours)["SecurityGroups"]),
        "aws_ecr_repository": len(aws.client("ecr").describe_repositories()["repositories"]),
        "aws_ecs_cluster": len(aws.client("ecs").list_clusters()["clusterArns"]),
        "aws_ecs_service": len(aws.client("ecs").list_services(cluster="shop-dev")["serviceArns"]),
        "aws_secretsmanager_secret": len(aws.client("secretsmanager").list_secrets()["SecretList"]),
        "aws_cloudwatch_log_group": len(aws.client("logs").describe_log_groups()["logGroups"]),
    }
    assert counted == written(shop, *counted), counted
    assert set(shop.journey.inventory()) == shop.journey.importable()
    told = aws.client("ecs").describe_task_definition(taskDefinition=deployment(aws)["taskDefinition"])
    image = told["taskDefinition"]["containerDefinitions"][0]["image"]
    assert image.endswith(f"worker:{tag}"), image
    assert deployment(aws)["rolloutState"] == "COMPLETED"
    assert not list((shop.home / "tmp").glob("stage3c-private-*")), "a plan or a login is left"


def written(shop: Shop, *types: str) -> dict[str, int]:
    """How many resources of each type the stack has; the tags of a default security group are the stack's, too."""
    found = json.loads((shop.journey.stack / "main.tf.json").read_text(encoding="utf-8"))["resource"]
    own = {kind: len(found.get(kind, {})) for kind in types}
    return {**own, "aws_security_group": own["aws_security_group"] + len(found.get("aws_default_security_group", {}))}


if __name__ == "__main__":
    main()
