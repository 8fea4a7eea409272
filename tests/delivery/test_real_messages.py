"""Messages of public issues that are no source of the table of known failures; run as a program, it counts."""

import json
from pathlib import Path

import pytest
from stage3c.delivery.known_failures import explain, known_failures

MESSAGES = json.loads(Path(__file__).with_name("messages.json").read_text(encoding="utf-8"))["messages"]


def told(message: dict[str, str]) -> str:
    found = explain(message["text"])
    return found[0].failure.key if found else ""


def test_at_least_nine_of_ten_are_explained() -> None:
    right = sum(told(message) == message["key"] for message in MESSAGES)
    assert len(MESSAGES) >= 60
    assert right >= 0.9 * len(MESSAGES)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message["source"].removeprefix("https://github.com/"))
def test_it_is_no_source_of_the_table(message: dict[str, str]) -> None:
    assert message["source"] not in {failure.source for failure in known_failures()}
    assert message["key"] in {failure.key for failure in known_failures()}


if __name__ == "__main__":
    for each in MESSAGES:
        if told(each) != each["key"]:
            print(f"{each['source']}: {told(each) or 'not known'}, should be {each['key']}")
    print(f"{sum(told(each) == each['key'] for each in MESSAGES)} of {len(MESSAGES)}")
