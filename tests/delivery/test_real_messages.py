"""Messages of public issues that are no source of the table of known failures; run as a program, it counts."""

import json
from pathlib import Path

from stage3c.delivery.known_failures import explain, known_failures

MESSAGES = json.loads(Path(__file__).with_name("messages.json").read_text(encoding="utf-8"))["messages"]


def told(message: dict[str, str]) -> str:
    found = explain(message["text"])
    return found[0].failure.key if found else ""


def test_at_least_nine_of_ten_are_explained() -> None:
    right = sum(told(message) == message["key"] for message in MESSAGES)
    assert len(MESSAGES) >= 60
    assert right >= 0.9 * len(MESSAGES)


def test_none_is_a_source_of_the_table() -> None:
    sources = {failure.source for failure in known_failures()}
    assert [each["source"] for each in MESSAGES if each["source"] in sources] == []


def test_each_is_of_a_row() -> None:
    assert {each["key"] for each in MESSAGES} <= {failure.key for failure in known_failures()}


if __name__ == "__main__":
    for each in MESSAGES:
        if told(each) != each["key"]:
            print(f"{each['source']}: {told(each) or 'not known'}, should be {each['key']}")
    print(f"{sum(told(each) == each['key'] for each in MESSAGES)} of {len(MESSAGES)}")
