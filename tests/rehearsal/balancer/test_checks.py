"""The checks of a spec through the local load balancer, by host name."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from stage3c.live.account import Account
from stage3c.pipeline import Build, compile_spec
from stage3c.rehearsal import checks
from stage3c.rehearsal.balancer.balancer import Balancer
from stage3c.rehearsal.failure import Failed

from tests.conftest import ROOT
from tests.emulator import REGION
from tests.rehearsal.balancer.stack import Balanced, Server, forward

pytestmark = pytest.mark.slow

EXAMPLE = ROOT / "compiler" / "stage3c" / "rules" / "example.yaml"
TO_HTTPS = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}


@pytest.fixture
def build() -> Build:
    (found,) = compile_spec(EXAMPLE.read_bytes(), "shop.yaml").builds
    return found


@pytest.fixture
def group(stack: Balanced, web: Server) -> Iterator[str]:
    """HTTPS and the redirect to it, under a name of the public DNS."""
    made = stack.group(port=3000)
    stack.listener(TO_HTTPS)
    cert = {"CertificateArn": stack.certificate("shop.example.com")}
    stack.listener(forward(made), port=443, Protocol="HTTPS", Certificates=[cert])
    stack.register(made, "10.9.1.9", 3000, web)
    web.bodies["/api/status"] = b'{"database_connected": true}'
    route53 = stack.aws.client("route53")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference=stack.arn)["HostedZone"]["Id"]
    alias = {"HostedZoneId": "Z1", "DNSName": stack.dns_name, "EvaluateTargetHealth": False}
    record = {"Name": "shop.example.com", "Type": "A", "AliasTarget": alias}

    def change(action: str) -> None:
        changes = [{"Action": action, "ResourceRecordSet": record}]
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})

    change("CREATE")
    yield made
    change("DELETE")
    route53.delete_hosted_zone(Id=zone)


def account(stack: Balanced) -> Account:
    return Account(REGION, stack.aws.url)


def test_checks_pass_by_host_name_with_a_certificate_of_the_rehearsals_authority(
    stack: Balanced, balancer: Balancer, group: str, build: Build
) -> None:
    assert checks.check(build, account(stack), balancer) == [
        "1 target is healthy",
        "4 checks pass at https://shop.example.com",
    ]
    assert stack.health(group)["10.9.1.9"][0] == "healthy"


@pytest.mark.usefixtures("group")
def test_of_a_stand_in_only_the_status_is_asked(
    stack: Balanced, balancer: Balancer, web: Server, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "CHECKS_MAX_SECONDS", 0.0)
    web.bodies["/api/status"] = b"{}"
    (asked,) = build.stack.checks
    more = [asked.model_copy(update=each) for each in ({"status": 404}, {"sequence": "orders"}, {"get": "/gone"})]
    build.stack.checks[:0] = more
    web.statuses["/gone"] = 500
    with pytest.raises(Failed, match=r"1 of 5 checks fail: GET /gone: status is 500, expected 200 \(shop.yaml:"):
        checks.check(build, account(stack), balancer, stand_ins=["web"])
    web.statuses.clear()
    assert checks.check(build, account(stack), balancer, stand_ins=["web"]) == [
        "1 target is healthy",
        "5 checks pass at https://shop.example.com",
        "2 more are not run, and no header or body is compared, since stand-ins answer for web",
    ]


@pytest.mark.usefixtures("group")
def test_a_check_that_fails_names_its_line(
    stack: Balanced, balancer: Balancer, web: Server, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "CHECKS_MAX_SECONDS", 0.0)
    web.bodies["/api/status"] = b'{"database_connected": false}'
    with pytest.raises(Failed) as failed:
        checks.check(build, account(stack), balancer)
    line = EXAMPLE.read_text().splitlines().index("checks: [{get: /api/status, json: {database_connected: true}}]") + 1
    said = f"GET /api/status: json database_connected is false, expected true (shop.yaml:{line})"
    assert said in failed.value.cause
    assert failed.value.cause.startswith("1 of 4 checks fail: ")


def test_targets_that_do_not_become_healthy_are_named_with_the_reason(
    stack: Balanced, balancer: Balancer, web: Server, group: str, build: Build
) -> None:
    web.statuses["/ready"] = 404
    with pytest.raises(Failed) as failed:
        checks.check(build, account(stack), balancer, 3)
    assert failed.value.cause == "a target of web is unhealthy: Health checks failed with these codes: [404]."
    stack.deregister(group, "10.9.1.9")
    with pytest.raises(Failed, match="target group web has no target"):
        checks.check(build, account(stack), balancer, 3)


def test_a_name_that_the_dns_lacks_does_not_resolve(
    stack: Balanced, balancer: Balancer, web: Server, tmp_path: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "CHECKS_MAX_SECONDS", 0.0)
    made = stack.group(port=3000)
    stack.listener(forward(made))
    stack.register(made, "10.9.1.9", 3000, web)
    with pytest.raises(
        Failed, match=r"4 of 4 checks fail: DNS of shop\.example\.com: shop\.example\.com does not resolve"
    ):
        checks.check(build, account(stack), balancer)
    assert (tmp_path / "authority.pem").is_file()
