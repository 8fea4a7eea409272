"""Load balancer subnet is too small."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.network.network_facts import quota, subnets_of
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Hold each subnet of a load balancer's tier against AWS's minimum."""
    most = quota("load_balancer", "subnet_prefix_max")
    users = {balancer.subnets: name for name, balancer in reversed(stack.load_balancers.items())}
    for path, network in subnets_of(stack):
        user = users.get(str(path[2]))
        if user and network.prefixlen > most:
            cause = f"{network} is a subnet of load_balancers.{user}, which requires /{most} or larger."
            yield Finding(cause, f"write a range of /{most} or larger, such as {network.network_address}/24.", path)


RULE = Rule(
    id="LBA102",
    title="Load balancer subnet is too small",
    what="A load balancer is in a subnet smaller than /27.",
    why="AWS requires at least /27 and eight free addresses, so that the load balancer can scale.",
    fix="Use /27 or larger ranges, such as `10.0.0.0/24`.",
    source=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html"),
    bad="network: {subnets: {public: {cidrs: [10.0.0.0/28, 10.0.1.0/28]}}}",
    check_spec=check,
)
