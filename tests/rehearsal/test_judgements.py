"""What a second plan and an account after destroy are allowed to differ in."""

import json
from typing import Any

from stage3c.rehearsal import differences, protection, remainder

from tests.conftest import ROOT


def plan(kind: str, change: dict[str, Any]) -> dict[str, Any]:
    return {"resource_changes": [{"address": f"{kind}.main", "type": kind, "change": change}]}


def test_a_difference_is_named_by_its_argument_and_known_only_for_its_type() -> None:
    change = {
        "actions": ["update"],
        "before": {"a": 1, "b": 2},
        "after": {"a": 1, "b": 3},
        "after_unknown": {"c": True},
    }
    known = {("aws_x", "b"): "moto forgets it", ("aws_y", "c"): "likewise"}
    expected, unexpected = differences.judged(plan("aws_x", change), known)
    assert expected == ["aws_x.main: b (moto forgets it)"]
    assert unexpected == ["aws_x.main: c"]


def test_creating_deleting_and_replacing_are_differences_and_reading_is_none() -> None:
    for actions, told in (
        (["create"], ["aws_x.main: create"]),
        (["delete", "create"], ["aws_x.main: delete and create"]),
        (["no-op"], []),
        (["read"], []),
    ):
        change: dict[str, Any] = {"actions": actions, "before": None, "after": {}, "after_unknown": {}}
        assert differences.judged(plan("aws_x", change)) == ([], told)


def test_every_protection_of_a_stack_is_lifted_and_announced() -> None:
    for path in (ROOT / "generated").glob("*/main.tf.json"):
        document = json.loads(path.read_text(encoding="utf-8"))
        override, told = protection.lifted(document)
        protected = [
            (kind, name, key)
            for kind, resources in document["resource"].items()
            for name, arguments in resources.items()
            for key, value in {**arguments, **arguments.get("lifecycle", {})}.items()
            if value is True and ("deletion_protection" in key or key == "prevent_destroy")
        ]
        # A bucket that is protected holds the states, whose versions go with it.
        emptied = [f"{kind}.{name}: force_destroy" for kind, name, _ in protected if kind == "aws_s3_bucket"]
        assert sorted(told) == sorted([*emptied, *(f"{kind}.{name}: {key}" for kind, name, key in protected)]), path
        for kind, name, key in protected:
            changed = override["resource"][kind][name]
            assert {**changed, **changed.get("lifecycle", {})}[key] is False


def test_what_is_left_is_told_with_its_reason_or_as_a_finding() -> None:
    before = {"iam/global/roles": ["aws"]}
    after = {
        "iam/global/roles": ["aws", "mine"],
        "iam/global/access_keys": ["ASIAOFATASK", "AKIAOFAUSER"],
        "kms/us-east-1/keys": ["gone PendingDeletion", "there"],
        "secretsmanager/us-east-1/secrets": ["token deleted"],
        "ec2/us-east-1/vpcs": [f"vpc-{number}" for number in range(7)],
    }
    expected, unexpected = remainder.judged(before, after)
    assert expected == [
        "iam access_keys: ASIAOFATASK (temporary credentials of tasks expire by themselves)",
        "kms keys: gone PendingDeletion (AWS deletes a key after a waiting period)",
        "secretsmanager secrets: token deleted (AWS keeps a deleted secret, and its name, for the recovery window)",
    ]
    assert unexpected == [
        "iam roles: mine",
        "iam access_keys: AKIAOFAUSER",
        "kms keys: there",
        "ec2 vpcs: vpc-0, vpc-1, vpc-2, vpc-3, vpc-4 and 2 more",
    ]
