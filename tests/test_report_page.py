"""The page of `stage3c report`: what is on it, that it loads nothing, and how it looks in a browser."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from stage3c.diagnostics import Diagnostic, Severity, Span
from stage3c.output.page import Section, as_page
from stage3c.output.picture import Place, as_mermaid, as_svg, in_lanes, nodes_and_arrows

from tests.conftest import ROOT
from tests.large import large_spec
from tests.services import chromium
from tests.services.test_dashboard import LEAST_CONTRAST
from tests.test_cli import stage3c as command

STACK = ROOT / "tests" / "stacks" / "public_tasks"

SHOTS = ROOT / "specs"
FLOWS = [
    {"from": "clients", "to": "aws_lb.<b>", "port": 443, "why": "w", "verdict": "open", "ways": []},
    {"from": "aws_lb.<b>", "to": "aws_ecs_service.a", "port": 80, "why": "w", "verdict": "blocked", "ways": []},
    {"from": "aws_ecs_service.a", "to": "aws_lb.<b>", "port": 80, "why": "w", "verdict": "not known", "ways": []},
    {
        "from": "aws_ecs_service.a",
        "to": "ecr.api",
        "port": 443,
        "why": "w",
        "verdict": "open",
        "ways": [[{"component": "aws_nat_gateway.n", "says": "", "verdict": "open", "code": ""}]],
    },
]


OF_THE_PICTURE = """(() => {
  const light = text => { const [r, g, b] = text.match(/[\\d.]+/g).map(Number).map(each => each / 255)
      .map(each => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  return Math.min(...[...document.querySelectorAll("svg text")].map(text => {
    const behind = text.parentElement.querySelector("rect");
    const both = [text, behind].map(each => light(getComputedStyle(each).fill)).sort();
    return (both[1] + 0.05) / (both[0] + 0.05); }));
})()"""
"""The least contrast of the picture's words, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio (from memory)."""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("page") / "stage3v3.html"
    assert command("report", ROOT / "specs" / "stage3v3.yaml", "--out", target).returncode == 0
    return target


def test_the_page_tells_everything_and_loads_nothing(report: Path) -> None:
    text = report.read_text(encoding="utf-8")
    for heading in ("Flows", "Permissions", "Names", "Keys of secrets", "Alarms", "Checks", "Findings"):
        assert re.search(rf"<h[23]>{heading}", text), heading
    assert not re.search(r"<script|<link|<img|src=|url\((?!#)|@import", text)
    assert "default-src 'none'" in text
    assert text.count("<svg") == 1
    assert "private, 2 zones" in text


def test_a_folder_of_terraform_has_a_page_too(tmp_path: Path) -> None:
    target = tmp_path / "x.html"
    folder = ROOT / "tests" / "cases" / "audit" / "missed-launch-type-and-strategy"
    assert command("report", folder, "--out", target).returncode == 1
    assert "SVC202" in target.read_text(encoding="utf-8")
    assert command("report", tmp_path / "none", "--out", target).returncode == 2


def test_what_could_not_be_read_is_unknown_on_the_page_as_in_prove(tmp_path: Path) -> None:
    stack = "".join(path.read_text(encoding="utf-8") for path in sorted(STACK.glob("*.tf")))
    module = 'module "more" {\n  source = "../part"\n}\n'
    (tmp_path / "part").mkdir()
    (tmp_path / "part" / "main.tf").write_text('variable "needed" {}\n', encoding="utf-8")
    for name, text in (("whole", stack), ("missing", stack + module)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(text, encoding="utf-8")
        command("report", tmp_path / name, "--out", tmp_path / f"{name}.html")
    pages = {name: (tmp_path / f"{name}.html").read_text(encoding="utf-8") for name in ("whole", "missing")}
    assert "Every flow and permission is proven." in pages["whole"]
    assert "Every flow and permission is proven." not in pages["missing"]
    for name, page in pages.items():
        told = command("prove", tmp_path / name).stdout
        counts = re.search(r"\d+ proven, \d+ blocked, \d+ unknown", told)
        assert counts
        assert counts[0] in page


def test_what_is_written_by_users_is_escaped() -> None:
    bad = Diagnostic("X1", Severity.ERROR, "<i>", "<script>", "</td>", Span("<a>"))
    counts = {"proven": 0, "blocked": 0, "unknown": 1}
    section = Section(
        "<h>", FLOWS, [], proven=False, counts=counts, unjudged=["<b>"], tables={"<t>": [["<c>"], ["<d>"]]}
    )
    text = as_page("<title>", [section], [bad])
    assert not re.search(r"<(script|i|h|a|b|c|d|t)>", text)
    assert "<" not in re.sub(r"-->|-\\.->", "", as_mermaid(FLOWS))


def test_an_arrow_is_solid_only_where_the_flow_is_proven() -> None:
    nodes, arrows = nodes_and_arrows(FLOWS)
    assert [node.address for node in nodes][-2:] == ["aws_nat_gateway.n", "AWS services"]
    assert [arrow.verdict for arrow in arrows] == ["open", "blocked", "not known", "open", "open"]
    assert as_svg(FLOWS).count('class="flow closed"') == as_mermaid(FLOWS).count("-.->") == 2
    assert as_svg([]) == ""


def test_each_tier_has_a_frame_of_its_own_and_no_box_covers_another() -> None:
    standing = {
        "aws_lb.<b>": Place("public", 2),
        "aws_ecs_service.a": Place("private", 3),
        "aws_nat_gateway.n": Place("public", 1),
    }
    nodes, arrows = nodes_and_arrows(FLOWS, standing)
    drawn = {node.address: (200.0 * number, 10.0) for number, node in enumerate(nodes)}
    places, lanes = in_lanes(nodes, drawn, {arrow.start: drawn[arrow.end][0] for arrow in arrows})
    assert [lane.caption for lane in lanes] == ["public, 2 zones", "private, 3 zones"]
    assert all(one.top + one.height <= other.top for one, other in pairwise(lanes))
    for node in nodes:
        inside = [lane for lane in lanes if lane.top <= places[node.address][1] < lane.top + lane.height]
        tiers = [lane.caption.partition(",")[0] for lane in inside]
        assert tiers == ([node.place.tier] if node.place.tier else [])
    assert len(set(places.values())) == len(nodes)
    assert as_svg(FLOWS, standing).count('class="tier"') == 2
    assert 'class="tier"' not in as_svg(FLOWS)


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_page_is_the_same_under_any_hash_seed(report: Path, tmp_path: Path, seed: str) -> None:
    again = tmp_path / "again.html"
    command("report", ROOT / "specs" / "stage3v3.yaml", "--out", again, PYTHONHASHSEED=seed)
    assert again.read_text() == report.read_text()


@pytest.mark.slow
@chromium.NEEDED
@pytest.mark.parametrize(
    ("name", "width", "dark"), [("light", 1200, False), ("dark", 1200, True), ("phone", 390, False)]
)
def test_the_page_fits_and_reads_well_in_a_browser(
    report: Path,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    name: str,
    width: int,
    dark: bool,  # noqa: FBT001 - a parameter
) -> None:
    with chromium.page(report.as_uri(), tmp_path / "profile", width=width, dark=dark) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert (
            page.evaluate(LEAST_CONTRAST.replace("main :not(noscript, noscript *)", "main :not(svg *):not(svg)")) >= 4.5
        )
        assert page.evaluate(OF_THE_PICTURE) >= 4.5
        regions = page.evaluate("[...document.querySelectorAll('.wide')].every(each => each.tabIndex === 0)")
        assert regions, "the keyboard scrolls every table and the picture"
        assert page.complaints == []
        if request.config.getoption("--update-golden"):
            (SHOTS / f"report-{name}.png").write_bytes(page.picture())
        page.do("Emulation.setEmulatedMedia", media="print")
        assert page.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"
        drawn = page.evaluate("document.querySelector('svg').getBoundingClientRect().right")
        assert drawn <= width, "paper does not scroll"
        assert page.evaluate("document.querySelector('details ol').getBoundingClientRect().height") > 0, (
            "hops are printed"
        )


@pytest.mark.slow
def test_a_page_of_200_services_stays_small(tmp_path: Path) -> None:
    (tmp_path / "big.yaml").write_text(large_spec(200))
    assert command("report", tmp_path / "big.yaml", "--out", tmp_path / "big.html").returncode == 0
    text = (tmp_path / "big.html").read_text(encoding="utf-8")
    assert len(text) < 4_000_000
    assert text.count('class="box service"') == 200
    assert "content-visibility: auto" in text, "the browser lays out only what is on the screen"
    assert "<summary>Show all" in text, "and long tables only when they are opened"
