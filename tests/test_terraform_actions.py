"""What Terraform must be allowed is known for every type that is emitted, in the words of IAM."""

import json
import re
from typing import Any

from stage3c.aws.facts import load
from stage3c.aws.kinds import kind_of

from tests.conftest import ROOT

FACTS: Any = load("terraform_actions")


def emitted() -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "generated").glob("*/main.tf.json"):
        document = json.loads(path.read_text(encoding="utf-8"))
        for mode, prefix in (("resource", ""), ("data", "data."), ("ephemeral", "ephemeral.")):
            found |= {f"{prefix}{kind}" for kind in document.get(mode, {})}
    return found


def test_every_type_has_an_arn_and_what_its_first_apply_asks_for() -> None:
    assert all(kind_of(kind.rpartition(".")[2]).permission_arn for kind in emitted())
    asks_nobody = {"data.aws_caller_identity"}  # what everybody may ask
    documented = {entry["type"] for entry in FACTS["documented"]}
    assert emitted() - asks_nobody <= set(FACTS["apply"]) | documented


def test_every_action_is_one_that_iam_knows() -> None:
    recorded = [action for phase in ("apply", "later") for actions in FACTS[phase].values() for action in actions]
    documented = [action for entry in FACTS["documented"] for action in entry["actions"]]
    for action in (*recorded, *documented):
        service, _, name = action.partition(":")
        known = {each.removesuffix("+") for each in load("iam_actions")["actions"][service].split()}
        assert name in known, action


def test_what_is_documented_says_where() -> None:
    for entry in FACTS["documented"]:
        assert re.search(r"https://\S+ \(20\d\d-\d\d-\d\d\)", entry["source"])
        assert kind_of(entry["type"].rpartition(".")[2]).permission_arn
