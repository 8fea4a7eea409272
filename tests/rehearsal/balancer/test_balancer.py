"""The local load balancer against the emulator and plain servers."""

import json
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest
from stage3c.rehearsal.balancer.balancer import Balancer

from tests.rehearsal.balancer.stack import Balanced, Server, forward, server

pytestmark = pytest.mark.slow


def url(stack: Balanced, balancer: Balancer, path: str, port: int = 80) -> str:
    place = balancer.place(stack.dns_name, port)
    assert place is not None
    return f"http://{place.host}:{place.port}{path}"


def get(stack: Balanced, balancer: Balancer, path: str = "/", **more: Any) -> httpx.Response:
    return httpx.request(more.pop("method", "GET"), url(stack, balancer, path), timeout=30, trust_env=False, **more)


def test_requests_reach_the_target_with_the_headers_of_a_load_balancer(
    stack: Balanced, balancer: Balancer, web: Server
) -> None:
    group = stack.group(port=8000)
    stack.listener(forward(group))
    stack.register(group, "10.9.1.9", 8000, web)
    stack.settle(balancer, group, "healthy")
    answer = get(stack, balancer, "/a?b=c", headers={"Host": "shop.example.com", "X-Forwarded-For": "192.0.2.1"})
    assert (answer.status_code, answer.text) == (200, "web")
    seen = web.headers_of("/a?b=c")
    assert seen["Host"] == "shop.example.com"
    assert seen["X-Forwarded-For"] == "192.0.2.1, 127.0.0.1"
    assert (seen["X-Forwarded-Proto"], seen["X-Forwarded-Port"]) == ("http", "80")
    assert seen["X-Amzn-Trace-Id"].startswith("Root=1-")
    assert "/ready" in [path for _, path, _, _ in web.seen]


def test_bodies_pass_both_ways_and_connections_are_kept(stack: Balanced, balancer: Balancer, web: Server) -> None:
    group = stack.group(port=8000)
    stack.listener(forward(group))
    stack.register(group, "10.9.1.9", 8000, web)
    stack.settle(balancer, group, "healthy")
    parts = [b"x" * 100_000] * 5
    with httpx.Client(trust_env=False, timeout=30) as client:
        for _ in range(3):
            answer = client.post(url(stack, balancer, "/up"), content=b"".join(parts))
            assert answer.content == b"web" + b"".join(parts)
        assert client.head(url(stack, balancer, "/up")).headers["content-length"] == "3"


@pytest.mark.parametrize(
    ("check", "described"),
    [
        ({"HealthCheckPath": "/wrong"}, "Health checks failed with these codes: [404]"),
        ({"Matcher": {"HttpCode": "204"}}, "Health checks failed with these codes: [200]"),
        ({"HealthCheckPort": "9000"}, "Health checks failed: nothing listens on 10.9.1.9:9000"),
        ({"HealthCheckProtocol": "HTTPS"}, "Health checks failed"),
    ],
)
def test_a_wrong_check_keeps_a_target_unhealthy(
    stack: Balanced, balancer: Balancer, web: Server, check: dict[str, Any], described: str
) -> None:
    web.statuses["/wrong"] = 404
    group = stack.group(port=8000, **check)
    stack.listener(forward(group))
    stack.register(group, "10.9.1.9", 8000, web)
    stack.settle(balancer, group, "unhealthy")
    assert stack.health(group)["10.9.1.9"][1] == described


def test_a_target_on_another_port_is_unhealthy(stack: Balanced, balancer: Balancer, web: Server) -> None:
    group = stack.group(port=8000)
    stack.listener(forward(group))
    stack.directory.add("10.9.1.9", 3000, web.place, "task")
    stack.register(group, "10.9.1.9", 8000)
    stack.settle(balancer, group, "unhealthy")
    assert get(stack, balancer).status_code == 502


def test_a_group_that_no_listener_uses_is_not_checked(stack: Balanced, balancer: Balancer, web: Server) -> None:
    group = stack.group(port=8000)
    stack.register(group, "10.9.1.9", 8000, web)
    stack.settle(balancer, group, "unused")
    assert web.seen == []
    stack.listener(forward(group))
    stack.settle(balancer, group, "healthy")


def test_health_is_lost_and_found_again(stack: Balanced, balancer: Balancer, web: Server) -> None:
    group = stack.group(port=8000)
    stack.listener(forward(group))
    stack.register(group, "10.9.1.9", 8000, web)
    stack.settle(balancer, group, "healthy")
    web.statuses["/ready"] = 503
    stack.settle(balancer, group, "unhealthy")
    del web.statuses["/ready"]
    stack.settle(balancer, group, "healthy")


def test_without_targets_it_answers_503_and_with_a_dead_one_502(stack: Balanced, balancer: Balancer) -> None:
    group = stack.group(port=8000)
    stack.listener(forward(group))
    balancer.refresh()
    answer = get(stack, balancer)
    assert (answer.status_code, answer.headers["server"]) == (503, "awselb/2.0")
    stack.register(group, "10.9.1.9", 8000)
    stack.settle(balancer, group, "unhealthy")
    assert get(stack, balancer, method="POST", content=b"x" * 200_000).status_code == 502


def test_a_target_that_says_nothing_costs_504(stack: Balanced, balancer: Balancer, web: Server) -> None:
    group = stack.group(port=8000)
    stack.listener(forward(group))
    idle = [{"Key": "idle_timeout.timeout_seconds", "Value": "1"}]
    stack.aws.client("elbv2").modify_load_balancer_attributes(LoadBalancerArn=stack.arn, Attributes=idle)
    stack.register(group, "10.9.1.9", 8000, web)
    stack.settle(balancer, group, "healthy")
    web.gates["/slow"] = Event()
    assert get(stack, balancer, "/slow").status_code == 504


def test_what_goes_wrong_in_a_connection_is_in_the_log_and_not_on_the_terminal(
    stack: Balanced, balancer: Balancer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stack.listener({"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "StatusCode": "HTTP_301"}})
    balancer.refresh()
    place = balancer.place(stack.dns_name, 80)
    assert place is not None
    with socket.create_connection(place, 30) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: \xff\r\n\r\n")
        assert connection.recv(1) == b""
    assert get(stack, balancer).status_code == 301
    assert "error UnicodeEncodeError" in (tmp_path / "requests.log").read_text()
    assert caplog.records == []


def test_redirects_and_fixed_responses_follow_the_rules(stack: Balanced, balancer: Balancer) -> None:
    to_https = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}
    listener = stack.listener(to_https)
    teapot = {"StatusCode": "418", "ContentType": "text/plain", "MessageBody": "tea"}
    stack.aws.client("elbv2").create_rule(
        ListenerArn=listener,
        Priority=5,
        Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/tea/*"]}}],
        Actions=[{"Type": "fixed-response", "FixedResponseConfig": teapot}],
    )
    balancer.refresh()
    answer = get(stack, balancer, "/a?b=1", headers={"Host": "shop.example.com"})
    assert (answer.status_code, answer.headers["location"]) == (301, "https://shop.example.com:443/a?b=1")
    answer = get(stack, balancer, "/tea/green")
    assert (answer.status_code, answer.text) == (418, "tea")


def test_weights_and_turns_share_requests(stack: Balanced, balancer: Balancer) -> None:
    with ExitStack() as servers:
        made = {name: servers.enter_context(server(name)) for name in ("a1", "a2", "b1")}
        a, b = stack.group("a", 8000), stack.group("b", 8000)
        weighted = forward(a, b)
        weighted["ForwardConfig"]["TargetGroups"][0]["Weight"] = 2
        stack.listener(weighted)
        for ip, name in (("10.9.1.1", "a1"), ("10.9.1.2", "a2"), ("10.9.1.3", "b1")):
            stack.register(a if name < "b" else b, ip, 8000, made[name])
        stack.settle(balancer, a, "healthy", "healthy")
        stack.settle(balancer, b, "healthy")
        answers = [get(stack, balancer).text for _ in range(12)]
        assert {name: answers.count(name) for name in made} == {"a1": 4, "a2": 4, "b1": 4}


def test_a_sticky_client_stays(stack: Balanced, balancer: Balancer) -> None:
    with server("one") as one, server("two") as two:
        group = stack.group(port=8000)
        sticky = {"stickiness.enabled": "true", "stickiness.type": "lb_cookie"}
        stack.aws.client("elbv2").modify_target_group_attributes(
            TargetGroupArn=group, Attributes=[{"Key": key, "Value": value} for key, value in sticky.items()]
        )
        stack.listener(forward(group))
        stack.register(group, "10.9.1.1", 8000, one)
        stack.register(group, "10.9.1.2", 8000, two)
        stack.settle(balancer, group, "healthy", "healthy")
        with httpx.Client(trust_env=False, timeout=30) as client:
            assert len({client.get(url(stack, balancer, "/")).text for _ in range(4)}) == 1


def test_deregistration_lets_a_request_end_and_takes_no_other(stack: Balanced, balancer: Balancer, web: Server) -> None:
    group = stack.group(port=8000)
    delay = [{"Key": "deregistration_delay.timeout_seconds", "Value": "3000"}]
    stack.aws.client("elbv2").modify_target_group_attributes(TargetGroupArn=group, Attributes=delay)
    stack.listener(forward(group))
    stack.register(group, "10.9.1.1", 8000, web)
    stack.settle(balancer, group, "healthy")
    web.gates["/slow"] = Event()
    with server("next") as other, ThreadPoolExecutor(1) as threads:
        slow = threads.submit(get, stack, balancer, "/slow")
        web.wait_for("/slow", 1)
        stack.deregister(group, "10.9.1.1")
        stack.register(group, "10.9.1.2", 8000, other)
        stack.settle(balancer, group, "draining", "healthy")
        assert {get(stack, balancer).text for _ in range(4)} == {"next"}
        web.gates["/slow"].set()
        assert slow.result(30).text == "web"
        stack.settle(balancer, group, "healthy")


def test_a_connection_that_goes_on_to_other_targets_is_not_cut_off(
    stack: Balanced, balancer: Balancer, web: Server
) -> None:
    group = stack.group(port=8000)
    delay = [{"Key": "deregistration_delay.timeout_seconds", "Value": "3000"}]
    stack.aws.client("elbv2").modify_target_group_attributes(TargetGroupArn=group, Attributes=delay)
    stack.listener(forward(group))
    stack.register(group, "10.9.1.1", 8000, web)
    stack.settle(balancer, group, "healthy")
    web.gates["/slow"] = Event()
    with (
        server("next") as other,
        httpx.Client(trust_env=False, timeout=30) as client,
        ThreadPoolExecutor(1) as threads,
    ):
        slow = threads.submit(client.get, url(stack, balancer, "/slow"))
        web.wait_for("/slow", 1)
        stack.deregister(group, "10.9.1.1")
        stack.register(group, "10.9.1.2", 8000, other)
        stack.settle(balancer, group, "draining", "healthy")
        other.gates["/slow"] = Event()
        web.gates["/slow"].set()
        assert slow.result(30).text == "web"
        slow = threads.submit(client.get, url(stack, balancer, "/slow"))
        other.wait_for("/slow", 1)
        stack.settle(balancer, group, "healthy")
        other.gates["/slow"].set()
        assert slow.result(30).text == "next"


def test_what_outlasts_the_deregistration_delay_is_cut_off(stack: Balanced, balancer: Balancer, web: Server) -> None:
    group = stack.group(port=8000)
    delay = [{"Key": "deregistration_delay.timeout_seconds", "Value": "1"}]
    stack.aws.client("elbv2").modify_target_group_attributes(TargetGroupArn=group, Attributes=delay)
    stack.listener(forward(group))
    stack.register(group, "10.9.1.1", 8000, web)
    stack.settle(balancer, group, "healthy")
    web.gates["/slow"] = Event()
    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(get, stack, balancer, "/slow")
        web.wait_for("/slow", 1)
        stack.deregister(group, "10.9.1.1")
        balancer.refresh()
        with pytest.raises(httpx.RemoteProtocolError):
            slow.result(30)


def test_https_shows_the_certificate_of_the_name(stack: Balanced, balancer: Balancer, web: Server) -> None:
    group = stack.group(port=8000)
    shop, others = stack.certificate("shop.example.com"), stack.certificate("*.example.net")
    listener = stack.listener(forward(group), port=443, Protocol="HTTPS", Certificates=[{"CertificateArn": shop}])
    stack.aws.client("elbv2").add_listener_certificates(ListenerArn=listener, Certificates=[{"CertificateArn": others}])
    stack.register(group, "10.9.1.9", 8000, web)
    stack.settle(balancer, group, "healthy")
    place = balancer.place(stack.dns_name, 443)
    assert place is not None
    trusting = ssl.create_default_context(cafile=balancer.authority.file)
    for name in ("shop.example.com", "www.example.net"):
        with socket.create_connection(place) as plain, trusting.wrap_socket(plain, server_hostname=name) as secure:
            secure.sendall(f"GET /tls HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
            assert secure.recv(15) == b"HTTP/1.1 200 OK"
        assert web.headers_of("/tls")["X-Forwarded-Proto"] == "https"
    with socket.create_connection(place) as plain, pytest.raises(ssl.SSLCertVerificationError):
        trusting.wrap_socket(plain, server_hostname="example.org")


def test_an_upgrade_passes_bytes_both_ways(stack: Balanced, balancer: Balancer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        group = stack.group(port=8000)
        checked = {"HealthCheckEnabled": False}
        stack.aws.client("elbv2").modify_target_group(TargetGroupArn=group, **checked)
        stack.listener(forward(group))
        stack.directory.add("10.9.1.9", 8000, listening.getsockname(), "task")
        stack.register(group, "10.9.1.9", 8000)
        stack.settle(balancer, group, "healthy")
        place = balancer.place(stack.dns_name, 80)
        assert place is not None
        with socket.create_connection(place, 30) as client:
            client.sendall(b"GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
            target, _ = listening.accept()
            with target:
                target.settimeout(30)
                assert b"Upgrade: websocket" in target.recv(65_536)
                target.sendall(b"HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello")
                got = b""
                while not got.endswith(b"hello"):
                    got += client.recv(65_536)
                assert got.startswith(b"HTTP/1.1 101")
                client.sendall(b"back")
                assert target.recv(4) == b"back"


def test_what_is_not_http_is_answered_with_400(stack: Balanced, balancer: Balancer) -> None:
    stack.listener({"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}})
    balancer.refresh()
    place = balancer.place(stack.dns_name, 80)
    assert place is not None
    with socket.create_connection(place, 30) as client:
        client.sendall(b"what is this\r\n\r\n")
        assert client.recv(12) == b"HTTP/1.1 400"


def test_a_listener_that_goes_closes_its_port_and_its_addresses(
    stack: Balanced, balancer: Balancer, tmp_path: Path
) -> None:
    listener = stack.listener({"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}})
    balancer.refresh()
    place = balancer.place(stack.dns_name, 80)
    assert place is not None
    assert place in [stack.directory.where(ip, port) for ip, port in stack.directory.owners()[listener]]
    assert get(stack, balancer).status_code == 200
    stack.aws.client("elbv2").delete_listener(ListenerArn=listener)
    balancer.refresh()
    assert balancer.place(stack.dns_name, 80) is None
    assert listener not in stack.directory.owners()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(place)
    assert (tmp_path / "requests.log").read_text().splitlines() == [f"public GET http://{place.host}/ 200 -"]
    assert json.dumps(stack.directory.owners()) == "{}"
