"""Specs that users really had, by the finding that each must give."""

import re

import pytest
from stage3c.diagnostics import Diagnostic, Severity
from stage3c.output.render import stack_files
from stage3c.pipeline import Compilation, compile_spec
from stage3c.resources.contract import variables

from tests.conftest import ROOT

SPECS = ROOT / "tests" / "cases" / "spec"
ERROR, WARNING = Severity.ERROR, Severity.WARNING


def compiled(name: str, *changes: tuple[str, str]) -> Compilation:
    path = SPECS / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return compile_spec(text.encode(), path.name)


def found(name: str, *changes: tuple[str, str]) -> list[Diagnostic]:
    return list(compiled(name, *changes).diagnostics)


@pytest.mark.parametrize(
    ("name", "code", "severity", "path"),
    [
        ("hostname-served-by-nobody", "DNS110", WARNING, "load_balancers.public.hostnames[1]"),
        ("no-way-in", "NET129", WARNING, "services.web.port"),
        ("readonly-nginx", "SVC122", WARNING, "services.web.image"),
        ("certificate-of-no-region", "SEC111", ERROR, "load_balancers.public.https.certificate"),
        ("kms-alias-as-key", "SEC111", ERROR, "databases.main.kms_key"),
        ("storage-grows-past-its-iops", "DBS119", ERROR, "databases.main"),
        ("permissions-over-10240-characters", "IAM230", ERROR, "services.web"),
        ("rotating-password-injected-once", "SEC113", WARNING, "services.web"),
        ("fixed-target-group-name", "LBA129", WARNING, "services.web.load_balancer.target_group_name"),
    ],
)
def test_a_spec_that_was_clean_has_its_finding_in_its_place(
    name: str, code: str, severity: Severity, path: str
) -> None:
    assert (code, severity, path) in {(each.code, each.severity, each.spec_path) for each in found(name)}


def test_a_policy_that_is_too_large_says_its_size() -> None:
    cause = next(each.cause for each in found("permissions-over-10240-characters") if each.code == "IAM230")
    assert "10,240" in cause
    assert "characters" in cause


def test_a_worker_without_a_port_is_asked_for_no_path() -> None:
    codes = {each.code for each in found("worker-with-database")}
    assert not {code for code in codes if code.startswith("HLT")}
    assert not [each for each in found("worker-with-database") if each.severity is ERROR]


def test_called_services_that_share_a_load_balancer_have_urls_of_their_own_once_the_fix_is_followed() -> None:
    fixes = [(each.spec_path.split(".")[1], each.fix) for each in found("calls-by-name") if each.code == "LBA110"]
    assert [name for name, _ in fixes] == ["orders", "stock", "payments"]
    changes = [
        (f"    build: services/{name}\n    load_balancer: internal", f"    build: services/{name}\n    {fix[7:-2]}")
        for name, fix in fixes
    ]
    mended = compiled("calls-by-name", *changes)
    assert not [each for each in mended.diagnostics if each.severity is ERROR or each.code == "LBA128"]
    urls = {each.name: each.value for each in variables(mended.builds[0].stack, "orders") if each.kind == "url"}
    assert {name: value.parts[-1] for name, value in urls.items()} == {"STOCK_URL": "/stock", "PAY_URL": "/payments"}  # type: ignore[union-attr] # texts


def test_a_pattern_below_a_path_does_not_cover_the_path() -> None:
    changes = (
        "    build: services/stock\n    load_balancer: internal",
        "    build: services/stock\n    load_balancer: {name: internal, paths: [/stock/*]}",
    )
    told = [each for each in found("calls-by-name", changes) if each.code == "LBA128"]
    assert [(each.spec_path, each.fix) for each in told] == [
        ("services.orders.calls.STOCK_URL", "write `paths: [/stock, /stock/*]` in services.stock.")
    ]


def test_the_readme_of_a_stack_creates_first_what_is_filled_from_outside() -> None:
    (build,) = compiled("first-release").builds
    assert build.graph
    text = stack_files(build)["README.md"]
    release = text[text.index("## First release") : text.index("### Later releases")]
    targets = set(re.findall(r"-target=(\S+)", release))
    assert targets == {"aws_ecr_repository.web", "aws_secretsmanager_secret.stripe"}
    assert targets <= set(build.graph.resources)
    order = ("-target=", "docker build", "docker push", "put-secret-value", "        terraform apply\n")
    places = [release.index(each) for each in order]
    assert places == sorted(places)
    assert "--secret-id acme/prod/stripe " in release
    assert 'docker push "$repository:"v1' in release
