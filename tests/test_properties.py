"""What holds for every spec: no input raises, and whatever is judged clean can be built, legally and stably."""

import copy
import os
import subprocess
import sys
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stage3c.aws.names import broken_rules
from stage3c.diagnostics import Severity
from stage3c.language.source import read, walk
from stage3c.pipeline import Build, compile_spec
from stage3c.readers.provider_schema import check
from stage3c.rules import catalogue
from stage3c.views.resource_names import resource_names

from tests.conftest import ROOT, SPECS

EXAMPLE = (ROOT / "compiler" / "stage3c" / "rules" / "example.yaml").read_text(encoding="utf-8")
ERRORS = [rule for rule in catalogue().values() if rule.check_graph and rule.severity is Severity.ERROR]
THOROUGH = settings(
    max_examples=int(os.environ.get("STAGE3C_EXAMPLES", "120")), deadline=None, suppress_health_check=list(HealthCheck)
)

identifiers = st.from_regex(r"[a-z][a-z0-9]{0,12}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)
texts = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=30)
junk = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 70000), st.floats(allow_nan=False), texts,
    st.lists(st.one_of(texts, st.integers()), max_size=3), st.dictionaries(texts, texts, max_size=3),
    st.sampled_from(["${x}", "%{if}", "..", "10.0.0.0/8", "a" * 300, "arn:aws:s3:::x", "*"]),
)  # fmt: skip


def builds_of(spec: dict[str, Any]) -> tuple[Build, ...]:
    return compile_spec(yaml.safe_dump(spec, allow_unicode=True).encode(), "spec.yaml").builds


@st.composite
def specs(draw: st.DrawFn) -> dict[str, Any]:
    """Specs of the example's kind with other names, sizes and numbers; most are right, some are not."""
    spec: dict[str, Any] = yaml.safe_load(EXAMPLE)
    spec["project"] = draw(identifiers)
    spec["environment"] = draw(st.sampled_from(["prod", "dev", "staging-2"]))
    spec["network"]["nat"] = draw(st.sampled_from(["single", "per_zone"]))
    spec["network"]["endpoints"] = draw(st.lists(st.sampled_from(["s3", "ecr", "logs", "secretsmanager"]), unique=True))
    names = draw(st.lists(identifiers, min_size=1, max_size=5, unique=True))
    database_names = draw(st.lists(identifiers, max_size=2, unique=True))
    database, api, web = spec["databases"]["orders"], spec["services"]["api"], spec["services"]["web"]
    spec["databases"] = {name: _database(draw, database) for name in database_names}
    spec["secrets"] = {f"{name}-keys": {"keys": ["one", "two"]} for name in names}
    spec["services"] = {
        name: _service(draw, name, api if n else web, database_names, names[:n]) for n, name in enumerate(names)
    }
    spec["load_balancers"]["internal"] = {"scheme": "internal", "subnets": "private"}
    if len(names) == 1:
        del spec["load_balancers"]["internal"]
    return spec


def _database(draw: st.DrawFn, database: dict[str, Any]) -> dict[str, Any]:
    replicas = draw(st.integers(0, 2))
    kind = draw(st.sampled_from(["self_managed", "rds_managed"]))
    return {**database, "replicas": replicas, "credentials": "self_managed" if replicas else kind}


def _service(
    draw: st.DrawFn, name: str, like: dict[str, Any], databases: list[str], earlier: list[str]
) -> dict[str, Any]:
    service = copy.deepcopy(like)
    used = databases if like.get("uses") else []
    service["uses"] = {db: f"DB{n}" for n, db in enumerate(used)}
    service["secrets"] = {f"DB{n}_PASSWORD": f"{db}.password" for n, db in enumerate(used)} | {
        "KEY": f"{name}-keys.one"
    }
    service["calls"] = {f"CALL_{n}": other for n, other in enumerate(earlier[1:])}
    if like.get("uses"):
        service["health"]["ready"] = {"path": "/ready", "touches": used}
        service["load_balancer"] = {"name": "internal", "paths": [f"/{name}", f"/{name}/*"]}
    service["port"] = draw(st.integers(1025, 65535))
    service["environment"] = draw(st.dictionaries(st.from_regex(r"ENV_[A-Z]{1,5}", fullmatch=True), texts, max_size=3))
    return service


@THOROUGH
@given(specs())
def test_whatever_is_judged_clean_is_legal_for_aws_and_for_the_provider(spec: dict[str, Any]) -> None:
    for build in builds_of(spec):
        if build.graph is None:
            continue
        assert check(build.graph) == []
        # What stands in rules/terraform/ is not asked of specs, since no spec can have such a fault: here that is held.
        assert [
            rule.id for rule in ERRORS if rule.check_graph and next(iter(rule.check_graph(build.graph)), None)
        ] == []
        for resource in build.graph.resources.values():
            for limit, name in resource_names(resource):
                assert broken_rules(limit, name) == [], (resource.address, name)


@THOROUGH
@given(st.sampled_from(SPECS), st.data())
def test_no_junk_anywhere_raises(path: Any, data: st.DataObject) -> None:
    spec = yaml.safe_load(path.read_text(encoding="utf-8"))
    document, _ = read(path.read_bytes(), path.name)
    assert document is not None
    places = [place for place, _ in walk(document.root) if place]
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(places))
        _put(spec, place, data.draw(junk))
    builds_of(spec)


@pytest.mark.parametrize("value", ["[]", "{}", "{a: []}", "3", "~", "true", "''"])
@pytest.mark.parametrize("key", sorted(yaml.safe_load(EXAMPLE)))
def test_no_key_at_the_margin_raises_whatever_its_value(key: str, value: str) -> None:
    spec = yaml.safe_load(EXAMPLE)
    spec[key] = yaml.safe_load(value)
    builds_of(spec)


def _put(spec: Any, place: tuple[Any, ...], value: Any) -> None:
    for part in place[:-1]:
        if (isinstance(spec, dict) and part in spec) or (
            isinstance(spec, list) and isinstance(part, int) and part < len(spec)
        ):
            spec = spec[part]
        else:
            return
    if isinstance(spec, dict) or (isinstance(spec, list) and isinstance(place[-1], int) and place[-1] < len(spec)):
        spec[place[-1]] = value


@THOROUGH
@given(specs(), st.data())
def test_what_an_ignore_silences_can_still_be_built(spec: dict[str, Any], data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([("services",), ("databases",), ("network",), ("load_balancers",)]))
    section = spec[place[0]]
    key = data.draw(st.sampled_from(sorted(section))) if section else None
    if key and isinstance(section[key], dict) and section[key]:
        section[key][data.draw(st.sampled_from(sorted(section[key])))] = data.draw(junk)
    ignored: dict[tuple[str, str], None] = {}
    for _ in range(4):  # what is silenced lets later passes look, and these may find more
        spec["ignore"] = [{"rule": rule, "path": path, "reason": "a test"} for rule, path in ignored]
        found = {(d.code, d.spec_path) for build in builds_of(spec) for d in build.diagnostics if d.spec_path}
        if found <= ignored.keys():
            return
        ignored.update(dict.fromkeys(sorted(found)))


@pytest.mark.slow
def test_the_same_spec_gives_the_same_bytes_under_any_hash_seed() -> None:
    script = (
        "import sys, hashlib; from stage3c.pipeline import compile_spec; from stage3c.output.render import stack_files\n"
        "data = open('specs/five-services.yaml', 'rb').read()\n"
        "build = compile_spec(data, 'specs/five-services.yaml').builds[0]\n"
        "print(hashlib.sha256(repr(sorted(stack_files(build).items())).encode()).hexdigest())\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }  # fmt: skip
    assert len(outputs) == 1
