import json

import pytest
from stage3c.diagnostics import Diagnostic, Severity, Span, in_order
from stage3c.output.report import as_github, as_json, as_sarif, as_text, summary
from stage3c.pipeline import compile_spec

from tests.conftest import ROOT

HERE = Diagnostic(
    "NET102",
    Severity.ERROR,
    "Service cannot reach its database",
    'security group "orders-db" admits tcp/5432 only from "ops".',
    'add "web".',
    Span("specs/shop.yaml", 2, 12, 2, 18),
    ("services", "web", "uses", 0),
)
LINES = {"specs/shop.yaml": ["services:", "    uses:  [orders]"]}


def test_a_finding_reads_as_compilers_write_them() -> None:
    assert as_text([HERE], LINES) == (
        "error[NET102]: Service cannot reach its database\n"
        "  --> specs/shop.yaml:2:12\n"
        "    2 |     uses:  [orders]\n"
        "      |            ^^^^^^\n"
        '  cause: security group "orders-db" admits tcp/5432 only from "ops".\n'
        '  fix: add "web".\n'
        "  more: stage3c explain NET102\n"
    )


def test_colour_is_only_there_when_asked_for() -> None:
    assert "\x1b[31merror[NET102]\x1b[0m" in as_text([HERE], LINES, colour=True)
    assert "\x1b" not in as_text([HERE], LINES)


def test_a_users_text_cannot_move_the_cursor() -> None:
    lines = {"specs/shop.yaml": ["", "evil: \x1b[2Jx\u202e and much more"]}
    assert "\x1b" not in as_text([HERE], lines)
    assert "\u202e" not in as_text([HERE], lines)


def test_a_very_long_line_is_shown_around_its_place() -> None:
    far = Diagnostic("X", Severity.ERROR, "t", "c", "f", Span("f", 1, 5001, 1, 5003))
    text = as_text([far], {"f": ["a" * 5000 + "BB" + "c" * 5000]})
    shown, marks = text.splitlines()[2:4]
    assert len(shown) < 200
    assert shown[marks.index("^") :].startswith("BBc")
    assert marks.count("^") == 2


def test_json_has_the_promised_keys() -> None:
    assert json.loads(as_json([HERE]))["diagnostics"] == [
        {
            "code": "NET102",
            "severity": "error",
            "title": "Service cannot reach its database",
            "cause": HERE.cause,
            "fix": HERE.fix,
            "file": "specs/shop.yaml",
            "line": 2,
            "column": 12,
            "end_line": 2,
            "end_column": 18,
            "spec_path": "services.web.uses[0]",
        }
    ]


def test_github_escapes_what_would_end_a_command() -> None:
    odd = Diagnostic("X", Severity.WARNING, "a,b:c", "one\ntwo 50%", "f", Span("a,b.yaml", 1, 2, 1, 3))
    assert as_github([odd]) == (
        "::warning file=a%2Cb.yaml,line=1,endLine=1,col=2,endColumn=3,title=X a%2Cb%3Ac::one%0Atwo 50%25%0Afix: f\n"
    )


def test_sarif_points_from_each_result_to_its_rule() -> None:
    run = json.loads(as_sarif([HERE]))["runs"][0]
    result = run["results"][0]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "NET102"
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 2


@pytest.mark.parametrize(
    ("severities", "expected"),
    [
        ([], ""),
        ([Severity.ERROR], "1 error"),
        ([Severity.WARNING, Severity.ERROR, Severity.ERROR], "2 errors, 1 warning"),
    ],
)
def test_the_summary_counts_by_severity(severities: list[Severity], expected: str) -> None:
    assert summary([Diagnostic("X", s, "t", "c", "f", Span("f")) for s in severities]) == expected


def test_findings_stand_in_the_order_of_the_file_and_once() -> None:
    later = Diagnostic("A", Severity.ERROR, "t", "c", "f", Span("f", 9, 1))
    sooner = Diagnostic("B", Severity.ERROR, "t", "c", "f", Span("f", 2, 1))
    assert in_order([later, sooner, later]) == [sooner, later]


def test_a_value_that_is_found_to_be_a_secret_is_never_shown() -> None:
    """Not even by a finding about something else on its line, nor where it takes several lines."""
    one = '    environment: {DB_PASSWORD: canary-1, MAIL_TOKEN: "canary-2", Debug: [true]}'
    block = "      API_KEY: |\n        canary-3\n        canary-4\n"
    for environment in (one, f"    environment:\n{block}"):
        text = (ROOT / "specs" / "minimal.yaml").read_text(encoding="utf-8")
        spec = text.replace("    port: 80\n", f"    port: 80\n{environment}\n")
        found = compile_spec(spec.encode(), "shop.yaml")
        told = as_text(found.diagnostics, {"shop.yaml": found.lines})
        assert "SEC107" in told
        assert "canary" not in told
