"""Subnet tier names no route table."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="NET101",
    title="Subnet tier names no route table",
    what="A tier of subnets has no `route_table`.",
    why=(
        "AWS falls back to the VPC's main route table, which leads nowhere: tasks in such subnets cannot "
        "pull images or secrets, and nothing says why."
    ),
    fix="Add `route_table` with a key of `network.route_tables`.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html",
    bad="network: {subnets: {private: {route_table: null}}}",
    good="network: {subnets: {private: {route_table: private}}}",
)
