"""What is sent while something changes, and what counts as a failure."""

import pytest
from stage3c.delivery.detour import Detour
from stage3c.delivery.judging import Answer
from stage3c.delivery.web import Web
from stage3c.language.model.check import Check
from stage3c.output.endpoints import Endpoint
from stage3c.rehearsal.changes.traffic import asks, traffic

ENDPOINT = Endpoint("public", "https://shop.example.com")
CHECKS = [
    Check.model_validate(each)
    for each in (
        {"get": "/api", "json": {"ok": True}, "response_ms": 1},
        {"get": "/old", "status": 301},
        {"post": "/orders"},
        {"get": "/orders/{id}", "sequence": "orders"},
    )
]


def test_the_checks_that_anyone_can_send_at_any_time_are_sent() -> None:
    assert [each.url for each in asks(ENDPOINT, CHECKS)] == [
        "https://shop.example.com/api",
        "https://shop.example.com/old",
    ]


def test_an_answer_has_to_be_what_the_check_says_however_long_it_takes() -> None:
    api, old = asks(ENDPOINT, CHECKS)
    assert api.fault(Answer(200, body=b'{"ok": true}', seconds=9.0)) == ""
    assert "json ok" in api.fault(Answer(200, body=b'{"ok": false}'))
    assert old.fault(Answer(301)) == ""
    assert old.fault(Answer(failure="no connection")) == "no connection"


def test_without_a_check_the_start_page_must_not_be_a_server_error() -> None:
    (page,) = asks(ENDPOINT, CHECKS[2:])
    assert (page.url, page.name) == ("https://shop.example.com/", "/")
    assert [page.fault(Answer(status)) for status in (200, 404, 502)] == ["", "", "status is 502"]
    assert page.fault(Answer(failure="TLS failed")) == "TLS failed"


def test_a_fault_of_the_sender_itself_is_no_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> Answer:
        raise ZeroDivisionError

    monkeypatch.setattr(Web, "send", broken)
    with pytest.raises(ZeroDivisionError), traffic(asks(ENDPOINT, CHECKS), Detour({})):
        pass


def test_every_client_sends_every_request_at_least_once_and_losses_are_counted() -> None:
    with traffic(asks(ENDPOINT, CHECKS), Detour({})) as sent:
        pass
    assert sent.sent == len(sent.losses) == 8
    assert {each.name for each in sent.losses} == {"/api", "/old"}


def test_where_there_is_nothing_to_send_nothing_is_sent() -> None:
    with traffic([], Detour({})) as sent:
        pass
    assert (sent.sent, sent.losses) == (0, [])
