"""Application load balancers, and how services hang on them."""

from typing import Annotated, Literal

from pydantic import Field

from stage3c.language.model.base import SWITCH, Arn, Cidr, Hostname, Identifier, Part, Port, short


class Https(Part):
    """TLS at the load balancer, with a certificate made for the domain or one that exists."""

    port: Port = 443
    certificate: Arn | None = None
    """An existing ACM certificate; one is requested and validated by DNS unless told."""
    tls_policy: str = "ELBSecurityPolicy-TLS13-1-2-2021-06"
    """A security policy of Elastic Load Balancing that starts at TLS 1.2 or newer."""


class AccessLogs(Part):
    """Access logs in an S3 bucket of this stack's own."""

    days: Annotated[int, Field(ge=1, le=3653)] = 90


class LoadBalancer(Part):
    """One application load balancer; what it serves is told by the services that name it."""

    scheme: Literal["internet-facing", "internal"]
    subnets: Identifier
    """A key of `network.subnets` with at least two zones."""
    http: Port = 80
    """The plain port; with `https` it only redirects."""
    https: Annotated[Https | None, SWITCH] = None
    hostnames: list[Hostname] | None = None
    """The names that it answers to; `domain.name` unless told."""
    allow_from: list[Cidr] = ["0.0.0.0/0"]
    """Who may reach an internet-facing one. An internal one is open to the services that call through it and to nobody else."""
    idle_timeout_seconds: Annotated[int, Field(ge=1, le=4000)] = 60
    access_logs: Annotated[
        AccessLogs | None,
        SWITCH,
    ] = None
    """Default: on for an internet-facing one in production, else off."""
    deletion_protection: bool = False
    name: str | None = None
    """The AWS name, fixed by hand; made from project, environment and key unless told."""
    formerly: Identifier | None = None
    """The key that it had before it was renamed: AWS names are still made from that one, so that nothing is replaced."""


class Route(Part):
    """Which requests of a load balancer go to a service; without paths and hosts, all that nobody else claims."""

    name: Identifier
    """A key of `load_balancers`."""
    paths: list[Annotated[str, Field(pattern=r"^/[!-~]*$")]] = []
    """Patterns such as `/api/*`; `*` and `?` are wildcards."""
    hosts: list[Hostname] = []
    priority: Annotated[int, Field(ge=1, le=50000)] | None = None
    """Lower goes first; the more specific pattern goes first unless told."""
    deregistration_seconds: Annotated[int, Field(ge=0, le=3600)] = 30
    stickiness_seconds: Annotated[int, Field(ge=1, le=604800)] | None = None
    target_group_name: str | None = None
    """The target group's AWS name, fixed by hand."""


RouteEntry = Annotated[Route, short("name", str, "string")]
