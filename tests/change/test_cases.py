"""A second deployment: `before.yaml` is built, `after.yaml` is built over it; see tests/cases/change and its first lines."""

import json
from pathlib import Path
from typing import Any

import pytest
from stage3c.cli.changes import judged_changes, on_disk, with_moves
from stage3c.cli.console import compile_all
from stage3c.diagnostics import Diagnostic
from stage3c.output.synth import synthesize
from stage3c.pipeline import Build

from tests.conftest import ROOT

CASES = ROOT / "tests" / "cases" / "change"


def build(folder: Path, text: str) -> tuple[Build, list[Diagnostic]]:
    """Build a spec over what the folder has, as the command does, and return what the change is said to do."""
    (folder / "spec.yaml").write_text(text, encoding="utf-8")
    compilations, _ = compile_all([folder / "spec.yaml"], None, folder)
    (compiled,) = next(iter(compilations.values())).builds
    made = with_moves(compiled, on_disk(folder / "spec"))
    found = judged_changes(made, on_disk(folder / "spec"))
    assert made.graph
    (folder / "spec").mkdir(exist_ok=True)
    (folder / "spec" / "main.tf.json").write_text(json.dumps(synthesize(made.graph, "", "spec")), encoding="utf-8")
    return made, found


def case(name: str, file: str) -> str:
    return (CASES / name / file).read_text(encoding="utf-8")


def changed(folder: Path, name: str, after: str = "after.yaml", more: str = "") -> list[Diagnostic]:
    _, first = build(folder, case(name, "before.yaml"))
    assert first == [], "there was nothing before"
    return build(folder, case(name, after) + more)[1]


def codes(found: list[Diagnostic]) -> set[str]:
    return {each.code for each in found}


def resources(folder: Path, kind: str) -> dict[str, Any]:
    document = json.loads((folder / "spec" / "main.tf.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = document["resource"].get(kind, {})
    return found


def test_one_word_that_replaces_the_database_is_refused_at_its_line(tmp_path: Path) -> None:
    (error,) = (each for each in changed(tmp_path, "database-replaced") if each.code == "STA112")
    assert error.spec_path == "databases.main.database_name"
    assert all(
        word in error.cause for word in ("aws_db_instance.main", "db_name", "kms_key_id", "username", "its data")
    )
    assert "replace: [{address: aws_db_instance.main, reason:" in error.fix


def test_a_loss_that_the_spec_accepts_is_a_warning_and_an_idle_entry_a_finding(tmp_path: Path) -> None:
    accepted = (
        "replace:\n- {address: aws_db_instance.main, reason: Holds test data}\n"
        "- {address: aws_db_instance.other, reason: Was replaced last week}\n"
    )
    found = changed(tmp_path, "database-replaced", more=accepted)
    assert codes(found) == {"STA113", "STA114", "STA115"}
    assert [each.spec_path for each in found if each.code == "STA114"] == ["replace[1]"]
    again = build(tmp_path, case("database-replaced", "after.yaml") + accepted)[1]
    assert [each.spec_path for each in again] == ["replace[0]", "replace[1]"]


@pytest.mark.parametrize("after", ["after.yaml", "after-first-removed.yaml"])
def test_a_hostname_in_front_or_behind_moves_no_record(tmp_path: Path, after: str) -> None:
    found = changed(tmp_path, "hostname-in-front", after)
    assert codes(found) == {"STA115"}, "the certificate is made anew before the old one goes"
    names = {body["name"]: name for name, body in resources(tmp_path, "aws_route53_record").items() if "alias" in body}
    assert names["shop.depot.example"] == "public_alias_shop_depot_example"
    destroyed = "public_alias_depot_example" in found[0].cause
    assert destroyed == (after == "after-first-removed.yaml")


def test_the_order_of_hostnames_changes_nothing(tmp_path: Path) -> None:
    build(tmp_path, before := case("hostname-in-front", "before.yaml"))
    first = json.loads((tmp_path / "spec" / "main.tf.json").read_text(encoding="utf-8"))["resource"]
    old, new = "[depot.example, shop.depot.example]", "[shop.depot.example, depot.example]"
    assert build(tmp_path, before.replace(old, new))[1] == []
    assert json.loads((tmp_path / "spec" / "main.tf.json").read_text(encoding="utf-8"))["resource"] == first


def test_a_new_service_moves_no_priority(tmp_path: Path) -> None:
    changed(tmp_path, "new-service-takes-a-priority")
    after = {name: body["priority"] for name, body in resources(tmp_path, "aws_lb_listener_rule").items()}
    build(tmp_path, case("new-service-takes-a-priority", "before.yaml"))
    before = {name: body["priority"] for name, body in resources(tmp_path, "aws_lb_listener_rule").items()}
    assert before.items() < after.items()
    assert len(set(after.values())) == len(after)


def test_priorities_of_an_earlier_scheme_stay(tmp_path: Path) -> None:
    text = case("new-service-takes-a-priority", "before.yaml")
    build(tmp_path, text)
    path = tmp_path / "spec" / "main.tf.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    name = min(document["resource"]["aws_lb_listener_rule"])
    document["resource"]["aws_lb_listener_rule"][name]["priority"] = 47_777
    path.write_text(json.dumps(document), encoding="utf-8")
    build(tmp_path, text)
    assert resources(tmp_path, "aws_lb_listener_rule")[name]["priority"] == 47_777


def test_spot_replaces_the_service_and_its_scaling_follows(tmp_path: Path) -> None:
    found = changed(tmp_path, "on-demand-to-spot")
    (service,) = (each for each in found if each.code == "STA113")
    assert service.spec_path == "services.web.capacity"
    assert "its tasks stop before the new ones start" in service.cause
    (others,) = (each for each in found if each.code == "STA115")
    assert "aws_appautoscaling_target.web" in others.cause
    for kind in ("aws_appautoscaling_target", "aws_appautoscaling_policy"):
        for body in resources(tmp_path, kind).values():
            assert body["lifecycle"] == {"replace_triggered_by": ["aws_ecs_service.web.id"]}


def test_a_major_upgrade_works_and_is_announced(tmp_path: Path) -> None:
    found = changed(tmp_path, "postgres-major-upgrade")
    assert codes(found) == {"DBS121", "STA115"}
    assert next(each.spec_path for each in found if each.code == "DBS121") == "databases.main.version"
    body = resources(tmp_path, "aws_db_instance")["main"]
    assert (body["allow_major_version_upgrade"], body["engine_version"]) == (True, "16.9")
    back = build(tmp_path, case("postgres-major-upgrade", "before.yaml"))[1]
    assert "DBS123" in codes(back)


def test_a_password_that_rds_takes_over_is_refused_with_the_steps(tmp_path: Path) -> None:
    (error,) = changed(tmp_path, "self-managed-to-rds-managed")
    assert error.code == "DBS122"
    assert "--db-instance-identifier depot-prod-main --manage-master-user-password" in error.fix


def test_the_steps_are_told_again_where_the_loss_of_the_old_secret_is_accepted(tmp_path: Path) -> None:
    accepted = "replace: [{address: aws_secretsmanager_secret.main, reason: RDS owns the password now}]\n"
    found = changed(tmp_path, "self-managed-to-rds-managed", more=accepted)
    assert codes(found) >= {"DBS124", "STA113"}
    assert not codes(found) & {"DBS122", "STA112", "STA114"}


def test_a_default_route_that_moves_to_another_load_balancer_is_refused_with_the_steps(tmp_path: Path) -> None:
    text = case("hostname-in-front", "before.yaml").replace("calls: {API_URL: api}", "calls: {}")
    build(tmp_path, text)
    moved = text.replace("    load_balancer: internal\n", "    load_balancer: {name: public, paths: [/api/*]}\n")
    (error,) = (each for each in build(tmp_path, moved)[1] if each.code == "LBA126")
    assert error.spec_path == "services.api.load_balancer"
    assert "`load_balancer: {name: internal, paths: [/*]}`" in error.fix


def test_a_rule_that_moves_to_another_load_balancer_is_told(tmp_path: Path) -> None:
    text = case("hostname-in-front", "before.yaml").replace("calls: {API_URL: api}", "calls: {}")
    build(tmp_path, text)
    moved = text.replace(
        "load_balancer: {name: public, paths: [/shop/*]}", "load_balancer: {name: internal, paths: [/shop/*]}"
    )
    found = build(tmp_path, moved)[1]
    assert "LBA126" not in codes(found)
    assert "aws_lb_listener_rule.shop" in next(each.cause for each in found if each.code == "STA113")


def test_subnets_and_target_groups_in_use_are_refused(tmp_path: Path) -> None:
    text = case("hostname-in-front", "before.yaml")
    build(tmp_path, text)
    subnets = build(tmp_path / "", text.replace("10.20.1.0/24", "10.20.9.0/24"))[1]
    (error,) = (each for each in subnets if each.code == "STA112")
    assert "aws_subnet.public_a" in error.cause
    build(tmp_path, text.replace("10.20.1.0/24", "10.20.9.0/24"))
    ports = build(tmp_path, text.replace("10.20.1.0/24", "10.20.9.0/24").replace("port: 8081", "port: 8082"))[1]
    (error,) = (each for each in ports if each.code == "STA112")
    assert "aws_lb_target_group.shop" in error.cause
    assert "aws_ecs_service.shop still uses it" in error.cause


def test_a_service_that_is_removed_takes_its_target_group_with_it(tmp_path: Path) -> None:
    text = case("hostname-in-front", "before.yaml")
    build(tmp_path, text)
    start = text.index("  shop:\n    image")
    end = text.index("  api:\n    image")
    assert "STA112" not in codes(build(tmp_path, text[:start] + text[end:])[1])


def test_a_database_or_a_secret_that_leaves_the_spec_is_refused(tmp_path: Path) -> None:
    text = case("hostname-in-front", "before.yaml")
    build(tmp_path, text)
    gone = text[: text.index("databases:")] + text[text.index("services:") :]
    gone = gone.replace("uses: [main]", "uses: []").replace(
        "secrets: {DB_USERNAME: main.username, DB_PASSWORD: main.password}", "secrets: {}"
    )
    found = build(tmp_path, gone.replace("touches: [main]", "touches: []"))[1]
    refused = {
        word for each in found if each.code == "STA112" for word in each.cause.split() if word.startswith("aws_")
    }
    assert refused == {"aws_db_instance.main,", "aws_secretsmanager_secret.main,"}


def rezoned(text: str, zones: str, cidrs: dict[str, str] | None = None) -> str:
    for old, new in (cidrs or {}).items():
        text = text.replace(old, new)
    return text.replace("zones: [us-east-1a, us-east-1b]", f"zones: [{zones}]")


PAIRS = {
    "10.20.1.0/24, 10.20.2.0/24": "10.20.2.0/24, 10.20.1.0/24",
    "10.20.3.0/24, 10.20.4.0/24": "10.20.4.0/24, 10.20.3.0/24",
    "10.20.5.0/24, 10.20.6.0/24": "10.20.6.0/24, 10.20.5.0/24",
}


def refused(found: list[Diagnostic]) -> set[str]:
    return {each.cause.split(",")[0].split(":")[0].split()[3] for each in found if each.code == "STA112"}


def test_zones_in_another_order_replace_no_subnet_unnoticed(tmp_path: Path) -> None:
    text = case("hostname-in-front", "before.yaml")
    build(tmp_path, text)
    subnets = {f"aws_subnet.{tier}_{zone}" for tier in ("public", "private", "database") for zone in "ab"}
    assert refused(build(tmp_path, rezoned(text, "us-east-1b, us-east-1a"))[1]) == {*subnets, "aws_eip.nat_a"}


def test_zones_and_ranges_in_another_order_move_the_nat_gateway_alone_and_lose_its_address(tmp_path: Path) -> None:
    text = case("hostname-in-front", "before.yaml")
    build(tmp_path, text)
    found = build(tmp_path, rezoned(text, "us-east-1b, us-east-1a", PAIRS))[1]
    assert refused(found) == {"aws_eip.nat_a"}
    (error,) = (each for each in found if each.code == "STA112")
    assert "its public IP address, which others may allow, would be lost" in error.cause
    assert error.spec_path == "", "no key of the spec makes that address any more"


def test_an_address_without_a_successor_is_a_warning(tmp_path: Path) -> None:
    text = case("hostname-in-front", "before.yaml").replace("nat: single", "nat: per_zone")
    build(tmp_path, text)
    found = build(tmp_path, text.replace("nat: per_zone", "nat: single"))[1]
    assert refused(found) == set()
    assert any("aws_eip.nat_b" in each.cause for each in found if each.code == "STA113")
