"""TLS policy does not exist."""

from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding, clip
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule
from stage3c.wording import nearest


def check(stack: Stack) -> Iterator[Finding]:
    """Look the policies up."""
    facts = load("tls_policies")
    good = facts["starts_at_tls_1_2_or_newer"]
    for name, balancer in stack.load_balancers.items():
        policy = balancer.https.tls_policy if balancer.https else facts["recommended"]
        if policy not in good and policy not in facts["admits_older_tls"]:
            cause = (
                f'tls_policy of load_balancers.{name} is "{clip(policy)}", which '
                "is not a security policy of Elastic Load Balancing."
            )
            fix = f"write `tls_policy: {nearest(policy, good) or facts['recommended']}`."
            yield Finding(cause, fix, ("load_balancers", name, "https", "tls_policy"))


RULE = Rule(
    id="LBA107",
    title="TLS policy does not exist",
    what="`tls_policy` is not a security policy of Elastic Load Balancing.",
    why="AWS rejects the listener: SSL policy not found.",
    fix="Write `tls_policy: ELBSecurityPolicy-TLS13-1-2-2021-06`, or remove it for this default.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html",
    bad="load_balancers: {public: {https: {tls_policy: ELBSecurityPolicy-TLS13-1-2-2021-60}}}",
    check_spec=check,
)
