"""Application load balancers, and how services hang on them."""

from typing import Annotated, Literal

from pydantic import Field

from stage3c.language.model.base import SWITCH, Arn, Cidr, Hostname, Identifier, Part, Port, short


class Https(Part):
    """HTTPS listener, with a new certificate for the domain or an existing one."""

    port: Port = 443
    """HTTPS port. Example: `8443`."""
    certificate: Arn | None = None
    """ARN of an existing ACM certificate. Default: a new certificate, validated by DNS. Example:
    `arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d`."""
    tls_policy: str = "ELBSecurityPolicy-TLS13-1-2-2021-06"
    """Security policy of Elastic Load Balancing, TLS 1.2 or newer. Example: `ELBSecurityPolicy-TLS13-1-2-2021-06`."""


class AccessLogs(Part):
    """Access logs in an S3 bucket of this stack."""

    days: Annotated[int, Field(ge=1, le=3653)] = 90
    """Days to keep access logs. Example: `30`."""


class LoadBalancer(Part):
    """An application load balancer. Services choose it with `load_balancer`."""

    scheme: Literal["internet-facing", "internal"]
    """`internet-facing` or `internal`."""
    subnets: Identifier
    """Subnet tier, a key of `network.subnets` with at least two zones. Example: `public`."""
    http: Port = 80
    """HTTP port. With `https` it only redirects. Example: `8080`."""
    https: Annotated[Https | None, SWITCH] = None
    """HTTPS listener; `true` uses the defaults. Example: `true`."""
    hostnames: list[Hostname] | None = None
    """DNS names of the load balancer. Default: `domain.name`. Example: `[shop.example.com, www.example.com]`."""
    allow_from: list[Cidr] = ["0.0.0.0/0"]
    """IPv4 ranges allowed to reach an internet-facing load balancer. An internal one allows only the services that call
    through it. Example: `[203.0.113.0/24]`."""
    idle_timeout_seconds: Annotated[int, Field(ge=1, le=4000)] = 60
    """Seconds after which an idle connection is closed. Example: `120`."""
    access_logs: Annotated[
        AccessLogs | None,
        SWITCH,
    ] = None
    """Write access logs to an S3 bucket of this stack; `true` uses the defaults. Default: on for an internet-facing load
    balancer in production, otherwise off. Example: `{days: 30}`."""
    deletion_protection: bool | None = None
    """Refuse to delete the load balancer. Default: true in production, otherwise false. Example: `false`."""
    name: str | None = None
    """AWS name. Default: `<project>-<environment>-<key>`. Example: `shop-public`."""
    formerly: Identifier | None = None
    """The previous key, after a rename. AWS names keep using it, so nothing is replaced. Example: `web`."""


class Route(Part):
    """Requests that the load balancer forwards to a service. Without paths and hosts: all that match no other service."""

    name: Identifier
    """A key of `load_balancers`. Example: `public`."""
    paths: list[Annotated[str, Field(pattern=r"^/[!-~]*$")]] = []
    """Path patterns; `*` and `?` are wildcards. Default: every path. Example: `[/api/*]`."""
    hosts: list[Hostname] = []
    """Host names. Default: every host name of the load balancer. Example: `[api.example.com]`."""
    priority: Annotated[int, Field(ge=1, le=50000)] | None = None
    """Priority of the listener rule; lower values are evaluated first. Default: more specific patterns first. Example:
    `10`."""
    deregistration_seconds: Annotated[int, Field(ge=0, le=3600)] = 30
    """Seconds a stopping task may finish open requests. Example: `60`."""
    stickiness_seconds: Annotated[int, Field(ge=1, le=604800)] | None = None
    """Seconds a client stays with the same task, by cookie. Default: no stickiness. Example: `3600`."""
    target_group_name: str | None = None
    """AWS name of the target group. Default: `<project>-<environment>-<key>`. Example: `shop-web`."""


RouteEntry = Annotated[Route, short("name", str, "string")]
