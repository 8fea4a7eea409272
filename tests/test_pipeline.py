import yaml
from stage3c.diagnostics import Severity
from stage3c.language.source import plain
from stage3c.pipeline import Compilation, compile_spec

from tests.rules.overlaid import document_with


def compiled(text: str, environment: str | None = None) -> Compilation:
    document = document_with(text)
    return compile_spec(yaml.safe_dump(plain(document.root)).encode(), "specs/shop.yaml", environment)


def codes(compilation: Compilation) -> list[str]:
    return [diagnostic.code for diagnostic in compilation.diagnostics]


UNPROTECTED = "databases: {orders: {deletion_protection: false}}\n"


def test_the_example_compiles_without_a_word() -> None:
    compilation = compiled("")
    assert compilation.diagnostics == ()
    assert [build.stack_name for build in compilation.builds] == ["shop"]
    assert compilation.builds[0].graph is not None


def test_an_ignore_silences_one_finding_and_the_stack_is_built() -> None:
    assert codes(compiled(UNPROTECTED)) == ["DBS113"]
    ignored = compiled(UNPROTECTED + "ignore: [{rule: DBS113, path: databases.orders, reason: a rehearsal}]")
    assert codes(ignored) == []
    assert ignored.builds[0].graph is not None


def test_an_ignore_does_not_silence_what_only_begins_alike() -> None:
    assert "DBS113" in codes(compiled(UNPROTECTED + "ignore: [{rule: DBS113, path: databases.ord, reason: x}]"))


def test_an_ignore_that_hits_nothing_is_a_finding_itself() -> None:
    found = compiled("ignore: [{rule: DBS113, path: databases.orders, reason: x}]").diagnostics
    assert [(d.code, d.severity, d.spec_path) for d in found] == [("SPEC109", Severity.WARNING, "ignore[0]")]


def test_what_nothing_can_be_built_with_is_never_ignored() -> None:
    text = "services: {web: {subnets: nowhere}}\nignore: [{rule: SPEC106, path: services, reason: x}]"
    compilation = compiled(text)
    assert "SPEC106" in codes(compilation)
    assert compilation.builds[0].graph is None


SEVERAL = "environment: null\nenvironments: {dev: {databases: {orders: {backup_days: 0}}}, prod: {}}"


def test_each_environment_is_judged_as_a_whole() -> None:
    compilation = compiled(SEVERAL)
    assert codes(compilation) == []
    assert [build.stack_name for build in compilation.builds] == ["shop-dev", "shop-prod"]
    wrong = compiled(SEVERAL.replace("prod: {}", "prod: {databases: {orders: {backup_days: 0}}}"))
    assert codes(wrong) == ["DBS105"]


def test_one_environment_is_chosen_by_name_and_an_unknown_one_is_refused() -> None:
    assert [build.environment for build in compiled(SEVERAL, "dev").builds] == ["dev"]
    assert codes(compiled(SEVERAL, "prd")) == ["SPEC107"]


def test_environment_and_environments_exclude_each_other() -> None:
    assert codes(compiled("environments: {dev: {}}")) == ["SPEC107"]


def test_a_repair_hides_nothing_but_what_follows_from_it() -> None:
    text = "services: {web: {prot: 3000, port: null, cpu: '300'}}"
    assert sorted(codes(compiled(text))) == ["SPEC101", "SPEC103", "SVC102"]
