"""What a load balancer decides: rules, health, headers, answers, names on certificates."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage3c.rehearsal.balancer.answers import error, location
from stage3c.rehearsal.balancer.certificates import covers
from stage3c.rehearsal.balancer.configuration import HealthCheck, Rule, forwards, rules_of
from stage3c.rehearsal.balancer.headers import to_client, to_target
from stage3c.rehearsal.balancer.health import Failure, Health, after, matches
from stage3c.rehearsal.balancer.routing import Request, rule_for

CHECK = HealthCheck("HTTP", "traffic-port", "/", "200", 30, 5, 3, 2)
BROKEN = Failure("Target.Timeout", "Request timed out")


def request(target: str = "/", method: str = "GET", source: str = "192.0.2.7", **headers: str) -> Request:
    return Request(method, target, {"host": "shop.example.com", **headers}, source)


@pytest.mark.parametrize(
    ("condition", "asked", "holds"),
    [
        ({"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api/*"]}}, request("/api/x?y"), True),
        ({"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api/*"]}}, request("/API/x"), False),
        ({"Field": "path-pattern", "Values": ["/a?"]}, request("/ab"), True),
        ({"Field": "host-header", "HostHeaderConfig": {"Values": ["*.Example.com"]}}, request(), True),
        ({"Field": "host-header", "HostHeaderConfig": {"Values": ["example.com"]}}, request(), False),
        ({"Field": "host-header", "Values": ["shop.example.com"]}, request(host="SHOP.example.com:8443"), True),
        (
            {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Kind", "Values": ["a*"]}},
            request(**{"x-kind": "Abc"}),
            True,
        ),
        ({"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Kind", "Values": ["*"]}}, request(), False),
        ({"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["PUT"]}}, request(method="PUT"), True),
        ({"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["PUT"]}}, request(), False),
        (
            {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "v", "Value": "1*"}]}},
            request("/?a=b&V=12"),
            True,
        ),
        ({"Field": "query-string", "QueryStringConfig": {"Values": [{"Value": "b"}]}}, request("/?a=b"), True),
        (
            {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "v", "Value": "1"}]}},
            request("/?v=2"),
            False,
        ),
        ({"Field": "source-ip", "SourceIpConfig": {"Values": ["192.0.2.0/24"]}}, request(), True),
        ({"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0/8"]}}, request(), False),
    ],
)
def test_a_condition_holds(condition: Mapping[str, Any], asked: Request, holds: bool) -> None:  # noqa: FBT001 - a table
    special, default = Rule(1, (condition,), ()), Rule(50_001, (), ())
    assert (rule_for((special, default), asked) is special) is holds


def test_rules_are_tried_by_priority_and_the_default_one_is_last() -> None:
    told = [{"Priority": each, "Actions": [{"Type": "forward", "Order": 1}]} for each in ("default", "100", "20")]
    assert [rule.priority for rule in rules_of(told)] == [20, 100, 50_001]


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ({"Type": "forward", "TargetGroupArn": "a"}, [("a", 1)]),
        (
            {
                "Type": "forward",
                "TargetGroupArn": "a",
                "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": "b", "Weight": 0}]},
            },
            [("b", 0)],
        ),
        ({"Type": "redirect", "RedirectConfig": {}}, []),
    ],
)
def test_an_action_forwards_to(action: Mapping[str, Any], expected: list[tuple[str, int]]) -> None:
    assert forwards(action) == expected


def test_a_new_target_is_healthy_after_one_check_and_unhealthy_after_as_many_as_the_threshold_says() -> None:
    assert after(Health(), None, CHECK).state == "healthy"
    once = after(Health(), BROKEN, CHECK)
    assert (once.state, after(once, BROKEN, CHECK).state) == ("initial", "unhealthy")


@given(st.lists(st.booleans(), max_size=40))
def test_the_state_changes_only_after_enough_checks_in_a_row(passed: list[bool]) -> None:
    health = Health("healthy")
    for number, each in enumerate(passed):
        before, health = health, after(health, None if each else BROKEN, CHECK)
        if before.state == "healthy" and health.state == "unhealthy":
            assert not any(passed[number - 1 : number + 1])
        if before.state == "unhealthy" and health.state == "healthy":
            assert all(passed[number - 2 : number + 1])
    ends_badly, ends_well = passed[-2:] == [False] * 2, passed[-3:] == [True] * 3
    assert not ends_badly or (health.state, health.reason) == ("unhealthy", "Target.Timeout")
    assert not ends_well or (health.state, health.description) == ("healthy", "")


@pytest.mark.parametrize(
    ("matcher", "status", "fits"),
    [
        ("200", 200, True),
        ("200", 201, False),
        ("200,302", 302, True),
        ("200-299", 204, True),
        ("200-299,404", 404, True),
    ],
)
def test_a_matcher_fits(matcher: str, status: int, fits: bool) -> None:  # noqa: FBT001 - a table
    assert matches(matcher, status) is fits


def test_hop_by_hop_headers_end_here_and_invalid_names_are_dropped_if_so_set() -> None:
    raw = [
        (b"Host", b"a"),
        (b"Connection", b"close, X-Own"),
        (b"X-Own", b"1"),
        (b"a_b", b"2"),
        (b"Expect", b"100-continue"),
    ]
    names = [name for name, _ in to_target(raw, request(), "1-x", drop_invalid=True)]
    assert names == [b"Host", b"X-Forwarded-For", b"X-Forwarded-Proto", b"X-Forwarded-Port", b"X-Amzn-Trace-Id"]
    assert b"a_b" in [name for name, _ in to_target(raw, request(), "1-x", drop_invalid=False)]


@pytest.mark.parametrize(
    ("sent", "passed"),
    [
        ("", "Root=1-n"),
        ("Root=1-a", "Self=1-n;Root=1-a"),
        ("CalledFrom=x", "Root=1-n;CalledFrom=x"),
        ("Self=1-b;Root=1-a;CalledFrom=x", "Self=1-n;Root=1-a;CalledFrom=x"),
        ("Root=1-a; Self=1-b", "Self=1-n;Root=1-a"),
        ("Self=1-b", "Root=1-n"),
    ],
)
def test_a_trace_goes_on(sent: str, passed: str) -> None:
    found = dict(to_target([], request(**({"x-amzn-trace-id": sent} if sent else {})), "1-n", drop_invalid=False))
    assert found[b"X-Amzn-Trace-Id"] == passed.encode()


def test_an_upgrade_is_passed_on() -> None:
    raw = [(b"Upgrade", b"websocket"), (b"Connection", b"keep-alive, Upgrade")]
    assert to_client(raw) == [(b"Upgrade", b"websocket"), (b"Connection", b"Upgrade")]
    assert to_client(raw[:1]) == []


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"Protocol": "HTTPS", "Port": "443"}, "https://shop.example.com:443/a?b=1"),
        ({"Host": "www.#{host}", "Path": "/new/#{path}", "Query": ""}, "http://www.shop.example.com:80/new/a"),
        ({"Query": "#{query}&c=2"}, "http://shop.example.com:80/a?b=1&c=2"),
    ],
)
def test_a_redirect_keeps_what_it_does_not_change(told: Mapping[str, Any], expected: str) -> None:
    assert location(told, request("/a?b=1")) == expected


def test_an_error_has_a_body_of_the_stated_length() -> None:
    answer = error(503)
    assert dict(answer.headers)["content-length"] == str(len(answer.body))
    assert b"503 Service Unavailable" in answer.body


@pytest.mark.parametrize(
    ("host", "covered"),
    [("a.example.com", True), ("example.com", False), ("a.b.example.com", False), ("own.org", True)],
)
def test_a_wildcard_is_one_label(host: str, covered: bool) -> None:  # noqa: FBT001 - a table
    assert covers(["*.example.com", "OWN.org"], host) is covered
