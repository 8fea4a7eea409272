"""An internal load balancer that clients are meant to reach."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, blocks, flag
from stage3c.reach.network import ANYWHERE, open_to_anywhere
from stage3c.reach.proofs import places
from stage3c.rules.rule import Rule, found_at
from stage3c.views.load_balancers import load_balancers


def check(graph: Graph) -> Iterator[Finding]:
    """Ask what would be strange about each internal load balancer."""
    for balancer in (each.resource for each in load_balancers(graph) if each.is_public is False):
        for why in _contradictions(graph, balancer):
            fix = "set internal = false, or admit only those who call it inside of the VPC."
            yield found_at(balancer, f"{balancer.address} is internal, and {why}.", fix)


def _contradictions(graph: Graph, balancer: Resource) -> Iterator[str]:
    wide = open_to_anywhere(places(graph, balancer)[:1])
    if wide:
        yield f"{wide} admits {ANYWHERE}"
    for record in graph.users(balancer, "aws_route53_record"):
        zone = graph.target(record.attributes.get("zone_id"))
        given = zone.attributes if zone else {"vpc": "not known"}
        private = given.get("vpc") is not None or flag(given.get("private_zone"), default=False)
        if blocks(record.attributes.get("alias")) and private is False:
            yield f"{record.address} gives it a name in a public zone"


RULE = Rule(
    id="NET218",
    scope="terraform",
    title="Internal load balancer looks like a public one",
    what="A load balancer is internal, and admits the whole internet, stands in public subnets alone, or has a public name.",
    why="Its name resolves to private addresses: nobody outside of the VPC gets an answer.",
    fix="Set internal to false, or admit the security groups that call it and move it to private subnets.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_security_group" "balancer" {
  vpc_id = aws_vpc.main.id
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_lb" "main" {
  internal        = true
  subnets         = [aws_subnet.a.id]
  security_groups = [aws_security_group.balancer.id]
}
""",
    good_terraform="""\
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_security_group" "balancer" {
  vpc_id = aws_vpc.main.id
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
}

resource "aws_lb" "main" {
  internal        = true
  subnets         = [aws_subnet.a.id]
  security_groups = [aws_security_group.balancer.id]
}
""",
    check_graph=check,
)
