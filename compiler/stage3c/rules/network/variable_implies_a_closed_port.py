"""Variable implies a port that the service cannot reach."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.service import Service
from stage3c.language.model.stack import Stack
from stage3c.rules.network.outside_ports import implied_ports
from stage3c.rules.rule import Rule

_HTTPS = 443


def check(stack: Stack) -> Iterator[Finding]:
    """Hold what each variable implies against the ports that are open."""
    for name, service in stack.services.items():
        for implied in implied_ports(service):
            if not _open_ports(service) & set(implied.ports):
                port = implied.ports[0]
                cause = (
                    f"services.{name}.{implied.section}.{implied.variable} names a server for {implied.protocol}, tcp/{port}; "
                    f"the service reaches {_named(_open_ports(service))}."
                )
                fix = f"add `egress: [{{port: {port}, why: {implied.protocol}}}]` to services.{name}."
                yield Finding(cause, fix, ("services", name, implied.section, implied.variable))


def _open_ports(service: Service) -> set[int]:
    return {_HTTPS, *(each.port for each in service.egress)} if service.egress is not None else set()


def _named(ports: set[int]) -> str:
    return (
        f"only {', '.join(f'tcp/{port}' for port in sorted(ports))} outside the stack"
        if ports
        else "nothing outside the stack"
    )


RULE = Rule(
    id="NET128",
    title="Variable implies a port that the service cannot reach",
    what="A variable or secret names a mail server, a hosted database or another server on a port that `egress` does not open.",
    why="Security groups allow outbound traffic to tcp/443 by default; connections to other ports time out without an error.",
    fix="Write `egress: [{port: 587, why: SMTP}]` in the service.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html (2026-11-28)",
    severity=Severity.WARNING,
    bad="services: {api: {environment: {SMTP_HOST: smtp.example.com}}}",
    good="services: {api: {environment: {SMTP_HOST: smtp.example.com}, egress: [{port: 587, why: SMTP}]}}",
    check_spec=check,
)
