"""Snapshots that come from anywhere: whatever stands in one, no check is ever fine for want of an answer."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from stage3c.live.checks import all_checks
from stage3c.live.preflight import answers_of, judge, snapshot
from stage3c.live.table import as_json, as_table
from stage3c.output.report import printable_lines

from tests.resources.stacks import reference

STACK = reference("""
secrets: {mail: {format: json, keys: [token], existing: shared/mail}}
services: {nodejs: {secrets: {MAIL_TOKEN: mail.token}}}
""")
NAME, ZONES = "stage3v3.a-g-e-n-t-i-c.com", ["us-east-1a", "us-east-1b"]
CODES = ["F678F1CE", "A4707A72", "0263D0A3", "FE5A380F", "53DA6B97", "B22855CB", "7B6409FD", "3032A538"]
ROLES = ["ecs.application-autoscaling", "ecs", "elasticloadbalancing", "rds"]
IMAGE = {"pushed": True, "architectures": ["amd64"]}
HISTORY: dict[str, Any] = {"object": "ok", "serial": 3, "lineage": "abc", "owners": {}, "versions": []}
GOOD: dict[str, Any] = {
    "PRE101": {"account": "123456789012", "arn": "arn:aws:iam::123456789012:user/ann"},
    "PRE102": {"exists": True, "region": "us-east-1", "versioned": True, "encrypted": True, "closed": True},
    "PRE103": {"exists": True, "status": "ACTIVE", "key": [{"AttributeName": "LockID", "KeyType": "HASH"}]},
    "PRE104": {"table": None, "file": None},
    "PRE105": [{"id": "/hostedzone/Z1", "private": False}],
    "PRE106": {"mail": {"exists": True, "deleted": False, "keys": ["token"], "stored": True}},
    "PRE107": {"taken": {}, "unknown": {}},
    "PRE108": {"fastapi": IMAGE, "nodejs": IMAGE},
    "PRE109": {"digest": "abc", "state": "abc", "history": HISTORY},
    "PRE110": {"caller": "arn:aws:iam::123456789012:user/ann", "denied": [], "open": [], "unknown": []},
    "PRE111": {"known": [], "quotas": {f"L-{code}": {"limit": 5000.0, "used": {"": 0}} for code in CODES}},
    "PRE112": [{"range": "172.31.0.0/16", "of": "VPC vpc-1"}],
    "PRE113": {"given": ["ns1", "ns2"], "told": ["ns1", "ns2"]},
    "PRE114": {"there": {NAME: []}, "known": []},
    "PRE115": {"existing": {}, "caa": {NAME: ['0 issue "amazon.com"']}, "today": "2026-11-26"},
    "PRE116": {"main db.t3.medium": [{"storage": "gp3", "multi_az": True, "zones": ZONES}]},
    "PRE117": {f"{role}.amazonaws.com": True for role in ROLES},
    "PRE118": ZONES,
    "PRE119": HISTORY,
    "PRE120": {"gone": {}, "foreign": {}, "unknown": {}},
    "PRE121": {},
}
JUNK: list[Any] = [
    None, True, False, 0, -1, 1e308, float("nan"), float("inf"), 10**400, "", "x", "\x1b[31m\u202e\n", "${a}", "9999-99-99",
    [], [[]], [None], [{}], ["x"], {}, {"x": 1}, {"unknown": 1}, {"unknown": ["\x1b"]},
]  # fmt: skip
# What may be left out without being missed: one of several, or what is None as well where there is nothing.
OPTIONAL = {
    ("PRE104", "table"), ("PRE104", "file"), ("PRE108", "fastapi"), ("PRE108", "nodejs"),
    ("PRE108", "fastapi", "architectures", 0), ("PRE108", "nodejs", "architectures", 0), ("PRE112", 0),
    ("PRE111", "quotas", "L-FE5A380F", "used", ""), ("PRE115", "caa", NAME), ("PRE115", "caa", NAME, 0),
}  # fmt: skip


def paths(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of everything in JSON."""
    keys: list[Any] = []
    if isinstance(value, dict):
        keys = list(value)
    elif isinstance(value, list):
        keys = list(range(len(value)))
    for key in keys:
        yield (*before, key)
        yield from paths(value[key], (*before, key))


def changed(path: tuple[Any, ...], *junk: Any) -> Any:
    """The good answers with junk at one place, or without it."""
    answers = copy.deepcopy(GOOD)
    parent: Any = answers
    for key in path[:-1]:
        parent = parent[key]
    del parent[path[-1]]
    if junk:
        parent.insert(path[-1], junk[0]) if isinstance(parent, list) else parent.update({path[-1]: junk[0]})
    return answers


def outcomes(answers: dict[str, Any], code: str) -> set[str]:
    """How one check comes out, after everything was told as it is to a user."""
    saved = snapshot(STACK, {code: {"answer": answers[code]}} if code in answers else {})
    rows = judge(STACK, answers_of(saved, STACK))
    assert (printable_lines(as_table(rows)) + as_json(STACK, rows)).encode()
    return {row.outcome for row in rows if row.check.id == code}


def at(path: tuple[Any, ...]) -> Any:
    value: Any = GOOD
    for key in path:
        value = value[key]
    return value


def test_the_good_one_is_fine() -> None:
    assert {code: outcomes(GOOD, code) for code in all_checks()} == {code: {"ok"} for code in all_checks()}


@pytest.mark.slow
@pytest.mark.parametrize("code", all_checks())
def test_junk_in_the_place_of_an_answer_is_never_fine(code: str) -> None:
    """A value of another type than what belongs there; None is a word of its own in some places."""
    for path in [(code,), *paths(GOOD[code], (code,))]:
        kind = float if at(path) == 0 and code == "PRE111" else type(at(path))
        for junk in JUNK:
            told = outcomes(changed(path, junk), code)
            if junk is None or path in OPTIONAL or type(junk) in (kind, *([int] if kind is float else [])):
                continue
            assert told == {"unknown"}, (path, junk)


@pytest.mark.parametrize("code", all_checks())
def test_what_is_left_out_is_never_fine(code: str) -> None:
    for path in paths(GOOD[code], (code,)):
        if path not in OPTIONAL:
            assert outcomes(changed(path), code) != {"ok"}, path


@pytest.mark.parametrize("code", sorted(set(all_checks()) - {"PRE108", "PRE113", "PRE114", "PRE115"}))
def test_no_answer_is_not_the_answer_that_there_is_nothing(code: str) -> None:
    assert outcomes(changed((code,), None), code) == {"unknown"}
    for told in ({}, {"unknown": 1}, {"unknown": "x", "answer": GOOD[code]}, {"answer": GOOD[code], "more": 1}):
        assert [row.outcome for row in judge(STACK, {code: told}) if row.check.id == code] == ["unknown"]


def test_a_secret_whose_keys_nobody_has_seen_is_not_fine() -> None:
    assert outcomes(changed(("PRE106", "mail", "keys"), None), "PRE106") == {"unknown"}
