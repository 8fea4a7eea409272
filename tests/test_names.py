import json
import time
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from stage3c.aws import names
from stage3c.aws.facts import load
from stage3c.aws.names import NameLimit, aws_name, broken_rules, judge, judge_lines, limit_for, nearest_kind, shorten

FACTS: dict[str, Any] = load("names")
KINDS = names.known_kinds()
MADE_KINDS = tuple(kind for kind in KINDS if not kind.startswith(("aws_kms_alias", "aws_acm_certificate", "*")))
PARTS = st.sampled_from(
    ["a", "web", "b2b", "orders-api", "internal", "aws", "s3alias", "user", "a-very-long-name-of-a-service"]
)

LONGEST: dict[str, str] = {
    "aws_acm_certificate.domain_name": "a" * 55 + ".b.aaaaaa",
    "aws_kms_alias.name": "alias/" + "a" * 250,
    "aws_route53_record.name": ".".join(["a" * 63] * 4),
    "aws_route53_zone.name": ".".join(["a" * 63] * 4),
    "aws_service_discovery_private_dns_namespace.name": ".".join(["a" * 63] * 3 + ["a" * 61]),
    "aws_service_discovery_service.name": ".".join(["a" * 63] * 2),
}


def rule(kind: str) -> NameLimit:
    limit = limit_for(kind)
    assert limit, kind
    return limit


def check(kind: str, name: str, *expected: str) -> None:
    """The name breaks exactly as many rules as are expected, each saying what is expected of it."""
    broken = judge(kind, name).broken
    assert len(broken) == len(expected), broken
    for reason, part in zip(broken, expected, strict=True):
        assert part in reason


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_may_be_as_long_as_aws_allows_and_no_longer(kind: str) -> None:
    longest = LONGEST.get(kind, "a" * rule(kind).max_chars)
    assert broken_rules(rule(kind), longest) == []
    too_long = longest + "a" * (rule(kind).max_chars + 1 - len(longest))
    assert f"at most {rule(kind).max_chars} are allowed" in broken_rules(rule(kind), too_long)[0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_may_be_as_short_as_aws_allows_and_no_shorter(kind: str) -> None:
    limit = rule(kind)
    shortest = {"aws_kms_alias.name": "alias/a", "aws_acm_certificate.domain_name": "a.bc"}.get(
        kind, "a" * limit.min_chars
    )
    assert broken_rules(limit, shortest) == []
    if limit.min_chars:
        assert any("required" in reason for reason in broken_rules(limit, "a" * (limit.min_chars - 1)))


@pytest.mark.parametrize(
    ("kind", "prefix"), [(kind, prefix) for kind in KINDS for prefix in rule(kind).forbidden_prefixes]
)
def test_a_reserved_beginning_is_refused_in_any_case(kind: str, prefix: str) -> None:
    for name in (prefix + "abc", prefix.upper() + "abc"):
        assert any("which is reserved" in reason for reason in broken_rules(rule(kind), name))


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("aws_lb.name", "a" * 40, ["is 40 characters long; at most 32 are allowed"]),
        ("aws_lb.name", "a", []),
        ("aws_lb.name", "", ["is empty; at least 1 character is required"]),
        ("aws_lb.name", "shop--prod", []),
        ("aws_lb.name", "shop-", ['ends in "-"; it must end in a letter or digit']),
        ("aws_lb.name", "-shop-", ['starts with "-"', 'ends in "-"']),
        ("aws_lb.name", "internal-shop", ['starts with "internal-", which is reserved']),
        ("aws_lb.name", "internal", []),
        ("aws_lb.name", "shop_é", ['contains "_", "é"; allowed are letters', 'ends in "é"']),
        ("aws_lb.name", "shop\n", ["contains U+000A", "ends in U+000A"]),
        ("aws_lb_target_group.name", "internal-shop", []),
        ("aws_s3_bucket.bucket", "192.168.0.1", ["looks like an IPv4 address"]),
        ("aws_s3_bucket.bucket", "999.999.999.999", ["looks like an IPv4 address"]),
        ("aws_s3_bucket.bucket", "192.168.0.1a", []),
        ("aws_s3_bucket.bucket", "ab", ["is 2 characters long; at least 3 characters are required"]),
        ("aws_s3_bucket.bucket", "a..b", ['contains ".."']),
        ("aws_s3_bucket.bucket", "shop-s3alias", ['ends in "-s3alias"']),
        ("aws_s3_bucket.bucket", "Shop", ['contains "S"', 'starts with "S"']),
        ("aws_s3_bucket.bucket_prefix", "", []),
        ("aws_s3_bucket.bucket_prefix", "xn--shop", ['starts with "xn--"']),
        ("aws_iam_account_alias.account_alias", "123456789012", ["number of 12 digits"]),
        ("aws_iam_account_alias.account_alias", "1234567890123", []),
        ("aws_iam_account_alias.account_alias", "a--b", ['contains "--"']),
        ("aws_ssm_parameter.name", "/shop/prod/key", []),
        ("aws_ssm_parameter.name", "shop/prod", ["hierarchy with a leading slash"]),
        ("aws_ssm_parameter.name", "/shop//prod", ["without empty levels"]),
        ("aws_ssm_parameter.name", "AWSthing", ['starts with "aws"']),
        ("aws_ssm_parameter.name", "/ssm/thing", ['starts with "/ssm"']),
        ("aws_ssm_parameter.name", "/a" * 15, []),
        ("aws_ssm_parameter.name", "/a" * 16, ["more than 15 levels"]),
        ("aws_ecr_repository.name", "shop/web-api__x", []),
        ("aws_ecr_repository.name", "3scale", []),
        ("aws_ecr_repository.name", "shop//web", ["parted by single slashes"]),
        ("aws_ecr_repository.name", "shop/Web", ['contains "W"']),
        ("aws_ecr_repository.name", "shop___web", ["one or two underscores"]),
        ("aws_acm_certificate.domain_name", "*.example.com", []),
        ("aws_acm_certificate.domain_name", "example.xn--p1ai", []),
        ("aws_acm_certificate.domain_name", "localhost", ["at least two labels"]),
        ("aws_acm_certificate.domain_name", "www.*.example.com", ["at least two labels"]),
        ("aws_acm_certificate.domain_name", "10.0.0.10", ["ends in a number"]),
        ("aws_acm_certificate.domain_name", "example.com.", ['ends in "."']),
        ("aws_acm_certificate.domain_name", "a" * 61 + ".com", ["is 65 characters long; at most 64"]),
        ("aws_route53_zone.name", "example.com.", []),
        ("aws_route53_zone.name", "*.example.com", ["asterisk in its leftmost label"]),
        ("aws_route53_zone.name", "a." + "b" * 64, ["more than 63 characters between two periods"]),
        ("aws_route53_zone.name", "exämple.com", ['contains "ä"']),
        ("aws_route53_record.name", "*.example.com", []),
        ("aws_route53_record.name", "*prod.example.com", ["only a part of its leftmost label"]),
        ("aws_route53_record.name", "a.*.example.com", []),
        ("aws_route53_record.name", "a..com", ['contains ".."']),
        ("aws_route53_record.name", ".com", ["labels of 1 to 63"]),
        ("aws_sqs_queue.name", "orders.fifo", []),
        ("aws_sqs_queue.name", "orders.fifo.x", ["perhaps .fifo at the end"]),
        ("aws_sqs_queue.name", "a" * 76 + ".fifo", ["is 81 characters long; at most 80"]),
        ("aws_sns_topic.name", "a" * 251 + ".fifo", []),
        ("aws_cloudwatch_log_group.name", "aws/shop", ['starts with "aws/"']),
        ("aws_cloudwatch_log_group.name", "/aws/ecs/shop", []),
        ("aws_cloudwatch_event_bus.name", "shop/bus", ["a partner's aws.partner/NAME/NAME"]),
        ("aws_cloudwatch_event_bus.name", "aws.partner/x.com/bus", []),
        ("aws_cloudwatch_event_bus.name", "default", ["is a reserved word"]),
        ("aws_cloudwatch_metric_alarm.alarm_name", "Zu viel Last! 🔥", []),
        ("aws_cloudwatch_metric_alarm.alarm_name", "a\ud800\x7f", ["contains U+D800, U+007F"]),
        ("aws_db_instance.identifier", "shop--db", ['contains "--"']),
        ("aws_db_instance.identifier", "1shop", ["it must start with a lower-case letter"]),
        ("aws_db_instance.db_name", "select", ["is a reserved word"]),
        ("aws_db_instance.db_name", "Template1", ["is a reserved word"]),
        ("aws_db_instance.db_name", "my-db", ['contains "-"']),
        ("aws_db_instance.db_name (mysql/mariadb)", "offset", []),
        ("aws_db_instance.db_name (mysql)", "zerofill", ["reserved word"]),
        ("aws_db_instance.username", "admin", ["reserved word"]),
        ("aws_db_instance.username", "postgres", []),
        ("aws_db_instance.username (mysql)", "admin", []),
        ("aws_db_instance.password", "abc/def@gh", ['contains "/", "@"']),
        ("aws_db_event_subscription.name", "a" * 255, ["at most 254"]),
        ("aws_security_group.name", "SG-shop", ['starts with "sg-"']),
        ("aws_security_group.name", "Default", ["is a reserved word"]),
        ("aws_ecs_capacity_provider.name", "Fargate-x", ['starts with "fargate"']),
        ("aws_ecs_task_definition.container_definitions[].name", "web app", ['contains " "']),
        ("aws_kms_alias.name", "alias/aws/shop", ['starts with "alias/aws/"']),
        ("aws_kms_alias.name", "shop-key", ["alias/ followed by a name"]),
        ("aws_budgets_budget.name", "a<script>b</script>", ["script element"]),
        ("aws_service_discovery_service.name", "-web", ["inner hyphens"]),
        ("aws_service_discovery_service.name", "_web._tcp", []),
        ("aws_service_discovery_private_dns_namespace.name", "arn:x", ['starts with "arn:"']),
        ("aws_appautoscaling_scheduled_action.name", " up", ['starts with " "']),
        ("aws_key_pair.key_name", "mine ", ['ends in " "']),
        ("aws_sfn_state_machine.name", "orders.v2", []),
        ("aws_sfn_state_machine.name", "orders v2", ['contains " "']),
        ("aws_subnet.tags.Name", "shop: öffentlich (a)", ['contains "(", ")"']),
        ("aws_vpc.tags.Name", "שלום", []),
        ("aws_nat_gateway.tags.Name", "a\nb", ["contains U+000A"]),
    ],
)
def test_the_special_rules(kind: str, name: str, expected: list[str]) -> None:
    check(kind, name, *expected)


def test_the_first_variant_speaks_when_none_is_named() -> None:
    assert limit_for("aws_db_instance.db_name") is limit_for("aws_db_instance.db_name (postgres)")
    assert limit_for("aws_db_instance.db_name (mariadb)") is limit_for("aws_db_instance.db_name (mysql/mariadb)")


@pytest.mark.parametrize(
    "kind", ["", ".", "aws_lb", "aws_lb.nam", "AWS_VPC.tags.Name", "x.tags.Name", "aws_vpc.tags.name"]
)
def test_an_unknown_kind_is_neither_legal_nor_illegal(kind: str) -> None:
    verdict = judge(kind, "shop")
    assert (verdict.known, verdict.legal, verdict.broken) == (False, None, ())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("aws_lb.nmae", "aws_lb.name"),
        ("aws_s3_bucket.name", "aws_s3_bucket.bucket"),
        ("aws_vpc.tag.Name", "aws_vpc.tags.Name"),
        ("aws_db_instance.db_nam", "aws_db_instance.db_name (postgres)"),
        ("?" * 100_000, None),
    ],
)
def test_a_misspelt_kind_finds_its_nearest(written: str, meant: str | None) -> None:
    assert nearest_kind(written) == meant


def test_shortening_keeps_the_head_and_ends_in_a_digest_of_the_whole() -> None:
    limit = replace(rule("aws_lb.name"), max_chars=19)
    assert shorten("shop-prod-orders-api", limit) == "shop-prod-or-cf3b38"
    assert shorten("shop-prod-orders-ap", limit) == "shop-prod-orders-ap"
    assert shorten("shop-prod-o--rders-api", replace(limit, max_chars=20))[:12] == "shop-prod-o-"
    assert shorten("internet-gateway", rule("aws_lb.name_prefix")) == "2dfec5"


def test_shortening_keeps_fifo_at_the_end() -> None:
    short = shorten("a" * 100 + ".fifo", rule("aws_sqs_queue.name"))
    assert len(short) == 80
    assert short.endswith(".fifo")
    check("aws_sqs_queue.name", short)


@given(st.sampled_from(MADE_KINDS), st.lists(PARTS, min_size=1, max_size=30))
@settings(max_examples=100, deadline=None)
def test_a_shortened_name_is_legal_and_stays_as_it_is(kind: str, parts: list[str]) -> None:
    limit = rule(kind)
    name = aws_name(kind, ["shop", *parts])
    assert broken_rules(limit, name) == []
    assert shorten(name, limit) == name
    assert aws_name(kind, ["shop", *parts]) == name


@given(st.text("abc-", min_size=1, max_size=80).filter(lambda text: text[0] != "-" != text[-1]))
def test_shortening_a_legal_head_is_legal(text: str) -> None:
    check("aws_lb.name", shorten(text, rule("aws_lb.name")))


def test_thousands_of_names_stay_apart() -> None:
    words = ["web", "api", "orders", "worker", "very-long-service-name-of-somebody", "internal", "aws", "s3alias"]
    joined = {"-".join(parts) for size in (1, 2, 3, 4) for parts in product(words, repeat=size)}
    for kind in ("aws_lb.name", "aws_s3_bucket.bucket", "aws_ssm_parameter.name", "aws_db_instance.db_name"):
        made = {aws_name(kind, [text]).lower() for text in joined}
        assert len(made) == len(joined) > 4000


@pytest.mark.parametrize(
    ("kind", "parts", "options", "expected"),
    [
        ("aws_lb.name", ["shop", "prod", "web"], {}, "shop-prod-web"),
        ("aws_lb.name", ["internal", "web"], {}, "x-internal-web-c66146"),
        ("aws_db_instance.db_name", ["my-shop"], {}, "my_shop"),
        ("aws_db_instance.db_name", ["user"], {}, "user_04f899"),
        ("aws_iam_account_alias.account_alias", ["a"], {}, "a-ca9781"),
        ("aws_ssm_parameter.name", ["shop", "key"], {"separator": "/", "prefix": "/"}, "/shop/key"),
        ("aws_ssm_parameter.name", ["awsome", "key"], {"separator": "/", "prefix": "/"}, "/x-awsome/key-35da54"),
        ("aws_kms_alias.name", ["aws", "key"], {"separator": "/", "prefix": "alias/"}, "alias/x-aws/key-a39241"),
        (
            "aws_cloudwatch_log_group.name",
            ["shop-prod", "web"],
            {"separator": "/", "prefix": "/ecs/"},
            "/ecs/shop-prod/web",
        ),
        ("aws_s3_bucket.bucket", ["shop", "s3alias"], {}, "shop-s3alias-353690"),
    ],
)
def test_logical_names_become_aws_names(kind: str, parts: list[str], options: dict[str, str], expected: str) -> None:
    assert aws_name(kind, parts, **options) == expected


@pytest.mark.parametrize("parts", [[], [""], ["Shop"], ["a--b"], ["a", "b/c"]])
def test_what_is_no_logical_name_is_our_own_bug(parts: list[str]) -> None:
    with pytest.raises(AssertionError):
        aws_name("aws_lb.name", parts)


@given(st.sampled_from(KINDS), st.text(st.characters(exclude_categories=()), max_size=300))
@settings(max_examples=300, deadline=None)
def test_judging_never_raises_and_shows_only_what_can_be_printed(kind: str, name: str) -> None:
    verdict = judge(kind, name)
    assert verdict.legal is not bool(verdict.broken)
    assert all(reason.isprintable() for reason in verdict.broken)


HOSTILE = ("a", "-", "_", "a-", "a.", "a/", "1.", "/a", "<script>", "*", "é", "\ud800", "a_", "alias/", ".fifo", "ab\n")


def test_a_hostile_name_is_judged_at_once() -> None:
    started = time.process_time()
    for kind, piece in product(KINDS, HOSTILE):
        judge(kind, piece * 100_000 if piece == "a" else piece * 1_000)
        for pattern in (rule(kind).pattern, *(pattern for pattern, _ in rule(kind).forbidden_patterns)):
            pattern.fullmatch((piece * 3_000)[: rule(kind).max_chars - 1] + "!")
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            '["aws_lb.name", "shop"]',
            {"type": "aws_lb", "attribute": "name", "name": "shop", "known": True, "legal": True},
        ),
        ('["aws_lb.name", "\\ud800"]', {"name": "\ud800", "known": True, "legal": False}),
        ('["aws_x.name", "shop"]', {"type": "aws_x", "known": False, "legal": None}),
        ('["aws_lb.name"]', {"name": None, "known": False, "legal": None}),
        ('["aws_lb.name", 1]', {"known": False, "legal": None}),
        ('{"aws_lb.name": "shop"}', {"known": False, "legal": None}),
        ("null", {"known": False, "legal": None}),
        ("nonsense", {"known": False, "legal": None}),
        ("[" * 100_000, {"known": False, "legal": None}),
        ("1" * 5_000, {"known": False, "legal": None}),
    ],
)
def test_each_line_gets_one_row(line: str, expected: dict[str, Any]) -> None:
    (row,) = judge_lines(["\n", line + "\n", "  "])
    assert expected.items() <= row.items()
    assert ("error" in row) == (row["type"] is None)
    assert json.loads(json.dumps(row)) == row


def test_a_bad_line_is_told_by_its_number() -> None:
    (row,) = judge_lines(["", "\n", "nonsense"])
    assert row["error"].startswith("line 3 is not JSON: ")


@pytest.mark.parametrize("row", FACTS["rows"], ids=lambda row: f"{row['type']}.{row['attribute']}")
def test_every_fact_has_its_source_and_its_day(row: dict[str, Any]) -> None:
    assert row["read_on"]
    assert row["sources"]
    assert all(source.startswith("https://") for source in row["sources"])


def test_every_correction_is_of_a_known_kind() -> None:
    assert {correction["kind"] for correction in FACTS["corrections"]} <= set(KINDS)
    assert len(KINDS) == len(FACTS["rows"])


@pytest.mark.parametrize("kind", KINDS)
def test_what_fits_the_pattern_of_a_name_has_no_wrong_character(kind: str) -> None:
    limit = rule(kind)

    @settings(max_examples=10)
    @given(st.from_regex(limit.pattern, fullmatch=True))
    def holds(name: str) -> None:
        assert all(limit.characters.pattern.match(character) for character in name)
        assert not name or not limit.first or limit.first.pattern.match(name[0])
        assert not name or not limit.last or limit.last.pattern.match(name[-1])

    holds()
