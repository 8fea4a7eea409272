"""Subnet tier has no route table."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="NET101",
    title="Subnet tier has no route table",
    what="A subnet tier has no `route_table`.",
    why=(
        "AWS would use the main route table of the VPC, which has no internet route: tasks cannot pull images"
        " or secrets."
    ),
    fix="Add `route_table: private`, with a key of `network.route_tables`.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html",
    bad="network: {subnets: {private: {route_table: null}}}",
    good="network: {subnets: {private: {route_table: private}}}",
)
