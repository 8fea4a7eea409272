"""The network: addresses, zones, route tables and subnet tiers."""

from typing import Annotated, Literal

from pydantic import Field

from stage3c.language.model.base import SWITCH, Cidr, Identifier, Part

Endpoint = Literal[
    "s3", "dynamodb", "ecr", "secretsmanager", "logs", "kms", "ssm", "ssmmessages", "sts", "sqs", "sns", "monitoring", "xray",
    "events",
]  # fmt: skip


class RouteTable(Part):
    """One kind of route table; with a NAT gateway in each zone, a private one exists once per zone."""

    default_route: Literal["internet_gateway", "nat_gateway", "none"]
    """Where 0.0.0.0/0 goes. `none` keeps the subnets away from the internet."""


class SubnetTier(Part):
    """One subnet per zone, all alike, each explicitly associated with the route table that is named here."""

    cidrs: Annotated[list[Cidr], Field(min_length=1, max_length=6)]
    """One network per zone, in the order of `network.zones`."""
    route_table: Identifier
    """A key of `network.route_tables`. AWS would fall back to the main route table without a word, so it is required."""


class FlowLogs(Part):
    """VPC flow logs, sent to CloudWatch."""

    traffic: Literal["all", "accept", "reject"] = "all"
    days: int | None = None
    """How long they are kept; `monitoring.log_days` unless told."""


class Network(Part):
    """The VPC and everything that packets pass on their way."""

    cidr: Cidr
    """The VPC's own network, /16 to /28."""
    zones: Annotated[
        list[Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$")]], Field(min_length=1, max_length=6)
    ]
    """Availability zones of the region, such as `us-east-1a`."""
    nat: Literal["single", "per_zone", "none"]
    """One NAT gateway for all zones (cheaper), one per zone (survives the loss of a zone), or none."""
    nat_subnets: Identifier | None = None
    """The tier that holds the NAT gateways; the only tier routed to the internet gateway unless told."""
    route_tables: dict[Identifier, RouteTable] = Field(min_length=1)
    subnets: dict[Identifier, SubnetTier] = Field(min_length=1)
    """Tiers of subnets by name."""
    endpoints: list[Endpoint] = []
    """AWS services reached inside the VPC; `s3` and `dynamodb` are free gateway endpoints, the others cost by the hour."""
    endpoint_subnets: Identifier | None = None
    """The tier that holds the interface endpoints; the tier of the services unless told."""
    flow_logs: Annotated[
        FlowLogs | None,
        SWITCH,
    ] = None
