"""Whatever is audited: a clear finding or a graph, never an exception, and no secret in any text."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stage3c.audits import audit
from stage3c.output.report import as_json, as_text
from stage3c.readers.configuration import read_configuration
from stage3c.readers.plan import read_plan

from tests.conftest import ROOT

SAMPLE = (ROOT / "tests" / "stacks" / "inline_rules" / "main.tf").read_bytes()
GENERATED = (ROOT / "generated" / "minimal" / "main.tf.json").read_bytes()
FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def codes_of(files: dict[str, bytes], root: str = ".") -> list[str]:
    reading = read_configuration(root, lambda path: files if path == root else None)
    found = audit(reading)
    as_text(found, reading.lines)
    return [diagnostic.code for diagnostic in found]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('resource "aws_vpc" {', "AUD101"),
        ("\x00\x01", "AUD101"),
        ('resource "aws_vpc" "a" {\n  x = "${"\n}\n', "AUD101"),
        ("locals {\n  a = local.b\n  b = local.a\n}\n", "AUD103"),
        ('resource "aws_eip" "a" {\n  count = 999999999999\n}\n', "AUD105"),
        ('module "m" {\n  source = "./nowhere"\n}\n', "AUD102"),
        ('module "m" {\n  source = "../../../../../../etc"\n}\n', "AUD102"),
        ('module "m" {\n  source = "."\n}\n', "AUD104"),
        ('module "m" {\n  source = "git::https://example.com/x.git"\n}\n', "AUD104"),
        ('output "a" {\n  value = aws_vpc.nothing.id\n}\n', "AUD107"),
        ('output "a" {\n  value = ' + "(" * 3000 + "1" + ")" * 3000 + "\n}\n", "AUD101"),
        ('output "a" {\n  value = [for a in range(1000) : [for b in range(1000) : [for c in range(1000) : c]]]\n}\n', "AUD105"),
        ('resource "aws_eip" "a" {}\nresource "aws_eip" "a" {}\n', "AUD106"),
    ],
)  # fmt: skip
def test_bad_input_is_a_finding(text: str, code: str) -> None:
    assert code in codes_of({"main.tf": text.encode()})


def test_no_terraform_at_all_is_a_finding() -> None:
    assert codes_of({}) == ["AUD102"]
    assert codes_of({"main.tf": b"\xff\xfe\x00"}) == ["AUD101"]
    assert codes_of({"main.tf.json": b"[1, 2"}) == ["AUD101"]
    assert codes_of({"main.tf.json": b'{"resource": 5}'}) == ["AUD101"]


@FEW
@given(st.integers(0, len(SAMPLE)), st.binary(max_size=4), st.integers(0, 30))
def test_mangled_terraform_never_raises(position: int, noise: bytes, cut: int) -> None:
    codes_of({"main.tf": SAMPLE[:position] + noise + SAMPLE[position + cut :]})


@FEW
@given(st.integers(0, len(GENERATED)), st.binary(max_size=4), st.integers(0, 30))
def test_mangled_json_never_raises(position: int, noise: bytes, cut: int) -> None:
    codes_of({"main.tf.json": GENERATED[:position] + noise + GENERATED[position + cut :]})


PLAN = (ROOT / "tests" / "stacks" / "plans" / "public_tasks.json").read_bytes()


@FEW
@given(st.integers(0, len(PLAN)), st.binary(max_size=4), st.integers(0, 30))
def test_a_mangled_plan_never_raises(position: int, noise: bytes, cut: int) -> None:
    audit(read_plan(PLAN[:position] + noise + PLAN[position + cut :], "plan.json"))


values = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=5), v, max_size=3), max_leaves=6)  # fmt: skip


@FEW
@given(st.data())
def test_a_plan_with_other_values_in_it_never_raises(data: st.DataObject) -> None:
    document = json.loads(PLAN)
    here = document
    for _ in range(data.draw(st.integers(1, 8))):
        keys = list(here) if isinstance(here, dict) else list(range(len(here))) if isinstance(here, list) else []
        if not keys:
            break
        key = data.draw(st.sampled_from(keys))
        if data.draw(st.integers(0, 3)) == 0 or not isinstance(here[key], dict | list):
            here[key] = data.draw(values)
            break
        here = here[key]
    audit(read_plan(json.dumps(document).encode(), "plan.json"))


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b'{"format_version": "2.0", "planned_values": {}}', b'{"format_version": 1}', b'{"serial": 1, "lineage": "x"}', b'{"format_version": "1.2"}', PLAN[: len(PLAN) // 2]],
)  # fmt: skip
def test_what_is_no_plan_is_said_to_be_none(data: bytes) -> None:
    assert [d.code for d in audit(read_plan(data, "plan.json"))] == ["AUD201"]


def test_no_secret_of_a_plan_or_a_file_is_ever_printed() -> None:
    secret = "hunter2-very-secret"  # noqa: S105 - it is looked for
    state = {
        "format_version": "1.0",
        "values": {
            "root_module": {
                "resources": [
                    {
                        "address": "aws_db_instance.main",
                        "mode": "managed",
                        "type": "aws_db_instance",
                        "name": "main",
                        "values": {"password": secret, "engine": "postgres", "username": secret},
                        "sensitive_values": {"username": True},
                    }
                ]
            }
        },
    }
    reading = read_plan(json.dumps(state).encode(), "state.json")
    found = audit(reading)
    assert found
    assert secret not in as_text(found, reading.lines) + as_json(found) + repr(reading.graph)
    text = f'resource "aws_db_instance" "main" {{\n  engine   = "postgres"\n  password = "{secret}" oops\n}}\n'
    configured = read_configuration(".", lambda _: {"main.tf": text.encode()})
    assert secret not in as_text(audit(configured), configured.lines)


def test_a_real_plan_is_judged_without_an_error() -> None:
    for path in sorted(Path(ROOT / "tests" / "stacks" / "plans").glob("*.json")):
        found = audit(read_plan(path.read_bytes(), path.name))
        assert [d for d in found if d.severity == "error"] == []
