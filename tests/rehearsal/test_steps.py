"""The order of steps, and the three forms in which they are told."""

import json
from xml.etree import ElementTree as ET

import pytest
from stage3c.aws.kinds.kind import Refused
from stage3c.live.account import UsageError
from stage3c.rehearsal.failure import Failed, LeftOut
from stage3c.rehearsal.report import NOT_PROVEN, as_junit, as_object, as_text
from stage3c.rehearsal.steps import Row, Step, run


def fails() -> list[str]:
    raise Failed("it <is> broken.", "mend it.")


STEPS = (
    Step("one", "the first", lambda: ["noted"]),
    Step("two", "the second", fails),
    Step("three", "the third", list),
)


def rows(until: str) -> list[Row]:
    return list(run(STEPS, until, lambda _: None))


def outcomes(until: str) -> list[str]:
    return [row.outcome for row in rows(until)]


def test_after_the_last_step_or_a_failure_the_rest_is_skipped() -> None:
    assert outcomes("one") == ["ok", "skipped", "skipped"]
    assert outcomes("three") == ["ok", "failed", "skipped"]


def test_what_this_machine_cannot_do_is_left_out_with_its_reason_and_the_rest_goes_on() -> None:
    def cannot() -> list[str]:
        raise LeftOut("no service is started: there is no kernel")

    found = [*run([Step("one", "the first", cannot), STEPS[0]], "three", lambda _: None)]
    assert [(row.outcome, row.notes) for row in found] == [
        ("skipped", ("no service is started: there is no kernel",)),
        ("ok", ("noted",)),
    ]
    assert "one  skipped            the first\n    no service is started: there is no kernel\n" in as_text(
        found, "logs"
    )
    skipped = ET.fromstring(as_junit("shop", found)).find("testcase/skipped")  # noqa: S314 - our own text
    assert skipped is not None
    assert skipped.get("message") == "no service is started: there is no kernel"


def test_the_lines_of_a_log_stand_below_their_cause() -> None:
    row = Row("services", "jobs", "failed", cause="job migrate ended with exit code 3.\nfirst\nsecond", fix="mend it.")
    text = as_text([row], "logs")
    assert "    cause: job migrate ended with exit code 3.\n        first\n        second\n    fix: mend it.\n" in text


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (Refused("DescribeServices", "InternalError"), "does not answer: DescribeServices returned InternalError."),
        (UsageError("the endpoint is not a URL.", "--endpoint-url URL"), "the endpoint is not a URL."),
    ],
)
def test_an_account_that_does_not_answer_fails_the_step_that_asked_it(error: Exception, cause: str) -> None:
    def asks() -> list[str]:
        raise error

    row, after = run([Step("one", "the first", asks), STEPS[0]], "three", lambda _: None)
    assert (row.outcome, after.outcome) == ("failed", "skipped")
    assert row.cause.endswith(cause)
    assert row.fix


def test_each_step_is_announced_before_it_runs() -> None:
    told: list[str] = []
    for row in run(STEPS, "three", lambda step: told.append(step.name)):
        assert row.outcome == "skipped" or told[-1] == row.name
    assert told == ["one", "two"]


def test_the_table_says_what_failed_and_what_is_not_proven() -> None:
    text = as_text(rows("three"), "logs/x")
    assert "two    failed" in text
    assert "cause: it <is> broken." in text
    assert "noted" in text
    assert all(each in text for each in NOT_PROVEN)
    assert text.endswith("Logs: logs/x\n")


def test_json_has_every_step() -> None:
    found = json.loads(json.dumps(as_object("shop", rows("three"), "logs")))
    assert (found["passed"], [step["outcome"] for step in found["steps"]]) == (False, ["ok", "failed", "skipped"])
    assert as_object("shop", rows("one"), "logs")["passed"]


def test_junit_counts_what_failed_and_was_skipped() -> None:
    suite = ET.fromstring(as_junit("shop", rows("three")))  # noqa: S314 - our own text
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "1", "1")
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "it <is> broken."
