"""No spec rule raises, whatever validates; causes stay short, and where no rule objects the stack compiles."""

from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from stage3c.diagnostics import Severity
from stage3c.graph import refs_in
from stage3c.language.model.stack import Stack
from stage3c.language.source import plain, read
from stage3c.resources.stack import compile_stack
from stage3c.rules import catalogue

from tests.rules.overlaid import EXAMPLE

CAUSE_MAX_CHARS = 1500
NAMES = st.sampled_from(["public", "private", "database", "internal", "web", "api", "orders", "nowhere", "isolated"])
TEXTS = st.one_of(
    st.sampled_from(
        ["", "x" * 5000, "${aws}", "Ω\n\u202e", "a-" * 40, "/" * 300, "*?" * 90, "aws:x", "internal-x", "prod"]
    ),
    st.text(max_size=40),
)
CIDRS = st.sampled_from(
    [
        "10.0.0.0/16",
        "10.0.0.0/24",
        "10.0.0.128/25",
        "10.0.4.0/29",
        "0.0.0.0/0",
        "255.255.255.255/32",
        "10.0.3.0/31",
        "52.0.0.0/20",
    ]
)
ZONES = st.sampled_from(["eu-central-1a", "eu-central-1b", "eu-central-1c", "us-east-1a", "eu-central-1z"])
HOSTS = st.sampled_from(
    ["shop.example.com", "*.example.com", "Shop.example.com", "other.org", "a" * 60 + ".example.com"]
)
PATHS = st.sampled_from(["/*", "/a/*", "/a/b", "/{x}", "/" + "*" * 200, "/?", "/a*b*c*d*e*f"])


def deep(path: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[list[str], Any]]:
    return values.map(lambda value: (path.split("."), value))


CHANGES = st.one_of(
    deep("region", TEXTS),
    deep("network.cidr", CIDRS),
    deep("network.zones", st.lists(ZONES, min_size=1, max_size=6)),
    deep("network.nat", st.sampled_from(["single", "per_zone", "none"])),
    deep("network.nat_subnets", NAMES),
    deep("network.endpoint_subnets", NAMES),
    deep("network.endpoints", st.lists(st.sampled_from(["s3", "ecr", "logs", "secretsmanager", "kms"]), max_size=6)),
    *(
        deep(f"network.subnets.{tier}.cidrs", st.lists(CIDRS, min_size=1, max_size=6))
        for tier in ("public", "private", "database")
    ),
    *(deep(f"network.subnets.{tier}.route_table", NAMES) for tier in ("public", "private", "database")),
    deep("network.route_tables.private.default_route", st.sampled_from(["none", "internet_gateway"])),
    deep("domain.name", HOSTS),
    deep("domain.zone", HOSTS),
    deep("domain", st.none()),
    deep("load_balancers", st.just({})),
    deep("load_balancers.internal.scheme", st.just("internet-facing")),
    deep("load_balancers.internal.https", st.booleans()),
    *(deep(f"load_balancers.{key}.subnets", NAMES) for key in ("public", "internal")),
    *(deep(f"load_balancers.{key}.hostnames", st.lists(HOSTS, max_size=4)) for key in ("public", "internal")),
    *(deep(f"load_balancers.{key}.name", TEXTS) for key in ("public", "internal")),
    deep(
        "load_balancers.public.https", st.fixed_dictionaries({"tls_policy": TEXTS, "port": st.sampled_from([80, 443])})
    ),
    deep("load_balancers.public.allow_from", st.lists(CIDRS, max_size=3)),
    deep("state.bucket", TEXTS),
    deep("state.lock_table", TEXTS),
    deep("state.key", TEXTS),
    deep("state.region", TEXTS),
    deep("tags", st.dictionaries(TEXTS, TEXTS, max_size=5)),
    *(
        deep(
            f"services.{key}.load_balancer",
            st.one_of(
                st.none(),
                NAMES,
                st.fixed_dictionaries(
                    {"name": NAMES},
                    optional={
                        "paths": st.lists(PATHS, max_size=7),
                        "hosts": st.lists(HOSTS, max_size=3),
                        "priority": st.sampled_from([1, 2]),
                        "target_group_name": TEXTS,
                    },
                ),
            ),
        )
        for key in ("web", "api")
    ),
    *(deep(f"services.{key}.port", st.none()) for key in ("web", "api")),
    *(deep(f"services.{key}.subnets", NAMES) for key in ("web", "api")),
    deep("services.web.calls", st.dictionaries(st.sampled_from(["A", "B"]), NAMES, max_size=2)),
    deep("services.web.uses", st.lists(NAMES, max_size=2, unique=True)),
    deep("services.web.scale", st.fixed_dictionaries({"min": st.just(0), "max": st.sampled_from([0, 1, 10**9])})),
    deep("services.web.assign_public_ip", st.booleans()),
    deep("services.web.exec", st.booleans()),
    deep("databases.orders.subnets", NAMES),
    deep("databases.orders.replicas", st.integers(0, 15)),
)


def changed(changes: list[tuple[list[str], Any]]) -> Stack | None:
    document, _ = read(EXAMPLE, "example.yaml")
    assert document
    data = yaml.safe_load(yaml.safe_dump(plain(document.root)))
    for path, value in changes:
        home = data
        for part in path[:-1]:
            home = home.get(part) if isinstance(home, dict) else None
        if isinstance(home, dict):
            home[path[-1]] = value
    try:
        return Stack.model_validate(data)
    except ValidationError:
        return None


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(st.lists(CHANGES, min_size=1, max_size=6))
def test_rules_are_total_and_what_they_let_through_compiles(changes: list[tuple[list[str], Any]]) -> None:
    stack = changed(changes)
    if stack is None:
        return
    errors = False
    for rule in catalogue().values():
        for finding in rule.check_spec(stack) if rule.check_spec else ():
            assert len(finding.cause) < CAUSE_MAX_CHARS
            assert "\n" not in finding.cause
            assert len(finding.fix) < CAUSE_MAX_CHARS
            errors = errors or (rule.severity is Severity.ERROR and rule.essential)
    if not errors:
        graph = compile_stack(stack)
        for resource in graph.resources.values():
            for ref in refs_in(resource.attributes):
                assert ref.address in graph.resources or ref.address.startswith("var."), (resource.address, ref)
