"""The network: addresses, zones, route tables and subnet tiers."""

from typing import Annotated, Literal

from pydantic import Field

from stage3c.language.model.base import SWITCH, Cidr, Identifier, Part

Endpoint = Literal[
    "s3", "dynamodb", "ecr", "secretsmanager", "logs", "kms", "ssm", "ssmmessages", "sts", "sqs", "sns", "monitoring", "xray",
    "events",
]  # fmt: skip


class RouteTable(Part):
    """A route table. With one NAT gateway per zone, a private route table exists once per zone."""

    default_route: Literal["internet_gateway", "nat_gateway", "none"]
    """Target of the route 0.0.0.0/0. `none` means no internet access."""


class SubnetTier(Part):
    """One subnet per zone, each associated with the route table named here."""

    cidrs: Annotated[list[Cidr], Field(min_length=1, max_length=6)]
    """One IPv4 range per zone, in the order of `network.zones`. Example: `[10.0.0.0/24, 10.0.1.0/24]`."""
    route_table: Identifier
    """A key of `network.route_tables`. Required, because AWS would otherwise use the main route table. Example:
    `private`."""


class FlowLogs(Part):
    """VPC flow logs, sent to CloudWatch."""

    traffic: Literal["all", "accept", "reject"] = "all"
    """Traffic to log."""
    days: int | None = None
    """Days to keep flow logs. Default: `monitoring.log_days`. Example: `14`."""


class Network(Part):
    """The VPC, its subnets and their routes."""

    cidr: Cidr
    """IPv4 range of the VPC, /16 to /28. Example: `10.0.0.0/16`."""
    zones: Annotated[
        list[Annotated[str, Field(pattern=r"^[a-z]{2,4}(-[a-z]+)+-[0-9][a-z]$")]], Field(min_length=1, max_length=6)
    ]
    """Availability zones. Example: `[eu-central-1a, eu-central-1b]`."""
    nat: Literal["single", "per_zone", "none"]
    """NAT gateways: `single` for all zones (cheaper), `per_zone` (survives the loss of a zone), or `none`."""
    nat_subnets: Identifier | None = None
    """Subnet tier for the NAT gateways. Default: the only tier with a route to the internet gateway. Example: `public`."""
    route_tables: dict[Identifier, RouteTable] = Field(min_length=1)
    """Route tables by key. Example: `{public: {default_route: internet_gateway}, private: {default_route:
    nat_gateway}}`."""
    subnets: dict[Identifier, SubnetTier] = Field(min_length=1)
    """Subnet tiers by key; each tier has one subnet per zone. Example: `{public: {cidrs: [10.0.0.0/24, 10.0.1.0/24],
    route_table: public}}`."""
    endpoints: list[Endpoint] = []
    """VPC endpoints for AWS services. `s3` and `dynamodb` are free gateway endpoints; the others are billed per hour.
    Example: `[s3, ecr, logs]`."""
    endpoint_subnets: Identifier | None = None
    """Subnet tier for the interface endpoints. Default: the tier of the services. Example: `private`."""
    flow_logs: Annotated[
        FlowLogs | None,
        SWITCH,
    ] = None
    """Log VPC traffic to CloudWatch; `true` uses the defaults. Example: `{traffic: reject, days: 14}`."""
