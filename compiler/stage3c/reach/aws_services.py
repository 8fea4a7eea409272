"""AWS services as VPC endpoints and prefix lists name them: `ecr.api`, and the region where it is not the resource's own.

A service of another region is another service to the network: its addresses are other ones, and no endpoint of this
region leads to it.
"""

import re
from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Final, NamedTuple

from stage3c.graph import Graph, Resource, Text, Value, blocks, network
from stage3c.views.arns import home_region, written

_REGION: Final = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}")


class AwsService(NamedTuple):
    """A service; `region` is empty for the region of whoever asks, and None where it is not known."""

    name: str
    region: str | None = ""

    @property
    def text(self) -> str:
        """For a sentence."""
        return f"{self.name} in {self.region}" if self.region else self.name

    def is_served_by(self, other: "AwsService | None") -> bool | None:
        """Tell whether an endpoint or a prefix list of a service is one of this; None where that is not known."""
        if other is None:
            return None
        if self.name != other.name:
            return False
        return None if None in (self.region, other.region) else self.region == other.region


def in_region(graph: Graph, name: str, region: str, asker: Resource) -> AwsService:
    """A service of a region, as seen from a resource."""
    home = home_region(graph, asker)
    if region == home:
        return AwsService(name)
    return AwsService(name, None if "«" in region + home else region)


def service_of_endpoint(graph: Graph, value: Value, asker: Resource) -> AwsService | None:
    """The service of `com.amazonaws.us-east-1.ecr.api`: what follows the region; also where the region is not known."""
    text = written(graph, value)
    if text is None:
        last = value.parts[-1] if isinstance(value, Text) and value.parts else None
        # The name is known where only its region is not: most configurations write the region that they run in.
        is_end = isinstance(last, str) and last.startswith(".") and len(last) > 1
        return AwsService(str(last).lstrip(".")) if is_end else None
    parts = text.split(".")
    start = 4 if parts[0] == "cn" else 3
    name = ".".join(parts[start:])
    return in_region(graph, name, parts[start - 1], asker) if name else None


def region_in(text: str | None) -> str | None:
    """The region of an ARN, or None where the text is none or has no region."""
    parts = text.split(":") if text and text.startswith("arn:") else []
    found = parts[3] if len(parts) > 3 else ""  # noqa: PLR2004 - arn:partition:service:region
    return found if found and (_REGION.fullmatch(found) or "«" in found) else None


def members_of_prefix_list(graph: Graph, value: Value, asker: Resource) -> Iterator[IPv4Network | AwsService | None]:
    """What a prefix list in a security group rule leads to: an AWS service, networks of its own, or None: not known."""
    target = graph.target(value)
    if target is None:
        yield None
    elif target.type == "aws_vpc_endpoint":
        yield service_of_endpoint(graph, target.attributes.get("service_name"), target)
    elif target.mode == "data":
        yield _looked_up(graph, target, asker)
    elif target.type == "aws_ec2_managed_prefix_list":
        yield from _networks(graph, target)
    else:
        yield None


def _looked_up(graph: Graph, data: Resource, asker: Resource) -> AwsService | None:
    """A list of AWS's own, by its name: `com.amazonaws.us-east-1.s3`."""
    name = written(graph, data.attributes.get("name"))
    if name is None:
        endpoint = graph.target(data.attributes.get("prefix_list_id"))
        named = endpoint if endpoint is not None and endpoint.type == "aws_vpc_endpoint" else None
        return service_of_endpoint(graph, named.attributes.get("service_name"), named) if named else None
    return service_of_endpoint(graph, name, asker) if name.startswith("com.amazonaws.") else None


def _networks(graph: Graph, prefix_list: Resource) -> Iterator[IPv4Network | None]:
    entries = prefix_list.attributes.get("entry")
    separate = graph.users(prefix_list, "aws_ec2_managed_prefix_list_entry")
    found = [*blocks(entries), *(entry.attributes for entry in separate)]
    if (entries is not None and not blocks(entries)) or graph.is_handed_out(prefix_list):
        yield None
    for entry in found:
        cidr = graph.resolved(entry.get("cidr"))
        if not (isinstance(cidr, str) and ":" in cidr):
            yield network(cidr)
