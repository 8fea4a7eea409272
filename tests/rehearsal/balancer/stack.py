"""A load balancer in the emulator, and plain servers that stand for its targets."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from stage3c.rehearsal.balancer.balancer import Balancer
from stage3c.rehearsal.directory import Directory, Place

from tests.emulator import Emulator

CHECK = {"HealthCheckPath": "/ready", "HealthCheckIntervalSeconds": 5, "HealthyThresholdCount": 2}


class Server(ThreadingHTTPServer):
    """Answers every path with 200 and its name, except those in `statuses`; remembers what it was asked."""

    daemon_threads = True

    def __init__(self, name: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.name = name
        self.statuses: dict[str, int] = {}
        self.bodies: dict[str, bytes] = {}
        self.gates: dict[str, threading.Event] = {}
        self.seen: list[tuple[str, str, Mapping[str, str], bytes]] = []
        self.asked = threading.Condition()

    @property
    def place(self) -> Place:
        return Place("127.0.0.1", self.server_address[1])

    def wait_for(self, path: str, times: int) -> None:
        """Until a path has been asked for so often."""
        with self.asked:
            assert self.asked.wait_for(lambda: sum(each[1] == path for each in self.seen) >= times, 30)

    def headers_of(self, path: str) -> Mapping[str, str]:
        return next(each[2] for each in reversed(self.seen) if each[1] == path)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server: Any = self.server
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        with server.asked:
            server.seen.append((self.command, self.path, dict(self.headers.items()), body))
            server.asked.notify_all()
        if self.path in server.gates:
            server.gates[self.path].wait(30)
        self.send_response(server.statuses.get(self.path, 200))
        answer = server.bodies.get(self.path, server.name.encode() + body)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        with suppress(OSError):  # whoever asked may be gone
            self.wfile.write(answer if self.command != "HEAD" else b"")

    do_POST = do_HEAD = do_GET  # noqa: N815 - as inherited

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - as inherited
        pass


@contextmanager
def server(name: str) -> Iterator[Server]:
    with Server(name) as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield made
        finally:
            for gate in made.gates.values():
                gate.set()
            made.shutdown()
            thread.join()


@dataclass
class Balanced:
    """One load balancer with a listener; more is added by each test."""

    aws: Emulator
    directory: Directory = field(default_factory=Directory)
    arn: str = ""
    dns_name: str = ""
    vpc: str = ""

    def __post_init__(self) -> None:
        ec2, elb = self.aws.client("ec2"), self.aws.client("elbv2")
        self.vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        zones = {"us-east-1a": "10.9.1.0/24", "us-east-1b": "10.9.2.0/24"}
        subnets = [
            ec2.create_subnet(VpcId=self.vpc, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"]["SubnetId"]
            for zone, cidr in zones.items()
        ]
        made = elb.create_load_balancer(Name="public", Subnets=subnets)["LoadBalancers"][0]
        self.arn, self.dns_name = made["LoadBalancerArn"], made["DNSName"]

    def delete(self) -> None:
        """All of it; a reset of the emulator takes seconds."""
        elb = self.aws.client("elbv2")
        elb.delete_load_balancer(LoadBalancerArn=self.arn)
        for group in elb.describe_target_groups()["TargetGroups"]:
            elb.delete_target_group(TargetGroupArn=group["TargetGroupArn"])

    def group(self, name: str = "web", port: int = 80, **check: Any) -> str:
        made = self.aws.client("elbv2").create_target_group(
            Name=name, Protocol="HTTP", Port=port, VpcId=self.vpc, TargetType="ip", **{**CHECK, **check}
        )
        return str(made["TargetGroups"][0]["TargetGroupArn"])

    def listener(self, *actions: Mapping[str, Any], port: int = 80, **more: Any) -> str:
        made = self.aws.client("elbv2").create_listener(
            LoadBalancerArn=self.arn, Port=port, **{"Protocol": "HTTP", **more}, DefaultActions=[*actions]
        )
        return str(made["Listeners"][0]["ListenerArn"])

    def register(self, group: str, ip: str, port: int, target: Server | None = None) -> None:
        if target is not None:
            self.directory.add(ip, port, target.place, f"task {ip}")
        self.aws.client("elbv2").register_targets(TargetGroupArn=group, Targets=[{"Id": ip, "Port": port}])

    def deregister(self, group: str, ip: str) -> None:
        self.aws.client("elbv2").deregister_targets(TargetGroupArn=group, Targets=[{"Id": ip}])

    def health(self, group: str) -> dict[str, tuple[str, str]]:
        """State and description of each target, as AWS's own API tells it."""
        told = self.aws.client("elbv2").describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        found = ((each["Target"]["Id"], each["TargetHealth"]) for each in told)
        return {ip: (health["State"], health.get("Description", "")) for ip, health in found}

    def settle(self, balancer: Balancer, group: str, *states: str) -> None:
        """Until the targets have these states."""
        balancer.refresh()
        end = time.monotonic() + 30
        while sorted(state for state, _ in self.health(group).values()) != sorted(states):
            assert time.monotonic() < end, self.health(group)
            time.sleep(0.02)

    def certificate(self, *names: str) -> str:
        made = self.aws.client("acm").request_certificate(DomainName=names[0], SubjectAlternativeNames=[*names])
        return str(made["CertificateArn"])


def forward(*groups: str) -> dict[str, Any]:
    return {
        "Type": "forward",
        "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": arn, "Weight": 1} for arn in groups]},
    }
