"""The dashboard in a real browser: what a person sees of the front end, the back end and the database."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.services import chromium
from tests.services import stub_backend as behaviours
from tests.services.chromium import Page
from tests.services.nodejs_service import FOLDER, nodejs
from tests.services.stub_backend import Handler, stub_backend

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("nodejs"), chromium.NEEDED]
UP = ("up", "up")
UNKNOWN = ("unknown", "unknown")
WORKS = ("Everything is working", UP, UP, ("up", "connected"))
NO_DATABASE = ("The database cannot be reached", UP, UP, ("down", "not connected"))
NO_BACKEND = ("The back end is not working", UP, ("down", "not working"), UNKNOWN)
NOTHING = ("The front end does not answer", ("down", "not reachable"), UNKNOWN, UNKNOWN)
SHOWN = """
    [document.getElementById("summary").textContent, ...["frontend", "backend", "database"].map((id) => {
        const part = document.getElementById(id);
        return [part.dataset.state, part.querySelector(".state").textContent];
    })]
"""
# The least contrast of any text with what it stands on: https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio (read 2026-11-24).
LEAST_CONTRAST = """
    (() => {
        const channels = (color) => color.match(/[0-9.]+/g).map(Number);
        const linear = (value) => (value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
        const ground = (element) => {
            const found = channels(getComputedStyle(element).backgroundColor);
            return found[3] === 0 ? ground(element.parentElement) : found;
        };
        const contrast = (element) => {
            const both = [light(channels(getComputedStyle(element).color)), light(ground(element))].sort((a, b) => b - a);
            return (both[0] + 0.05) / (both[1] + 0.05);
        };
        const texts = [...document.querySelectorAll("main :not(noscript, noscript *)")].filter((each) => each.innerText.trim());
        return Math.min(...texts.map(contrast));
    })()
"""


def shown(page: Page) -> tuple[object, ...]:
    """The summary, and the state and the words of each part, as soon as something was asked."""
    page.wait_for("document.getElementById('asked').textContent")
    summary, *parts = page.evaluate(SHOWN)
    return (summary, *map(tuple, parts))


def said_when_pressed(page: Page) -> str:
    """What the page says after its button was pressed, without the time that it says first."""
    page.evaluate("document.getElementById('test').click()")
    page.wait_for("!document.getElementById('test').disabled")
    said = str(page.evaluate("document.getElementById('test-result').textContent"))
    assert re.match(r"\d{1,2}:\d\d:\d\d( [AP]M)?: ", said), said
    return said.split(": ", 1)[1]


def card(page: Page, part: str) -> dict[str, str]:
    """The facts on the card of a part."""
    cells = page.evaluate(f"[...document.querySelectorAll('#{part} dl > *')].map((each) => each.textContent)")
    return dict(zip(cells[::2], cells[1::2], strict=True))


@pytest.mark.parametrize(
    ("behaviour", "looks", "says"),
    [
        (behaviours.answers, WORKS, "success, row 7 written, 3 rows read"),
        (behaviours.without_database, NO_DATABASE, "failed, the database cannot be reached"),
        (behaviours.fails, NO_BACKEND, "failed, the back end answered 500"),
        (behaviours.ends_early, NO_BACKEND, "failed, the back end cannot be reached"),
    ],
)
def test_the_page_shows_what_is(
    nodejs_home: Path, tmp_path: Path, behaviour: Callable[[Handler], None], looks: tuple[object, ...], says: str
) -> None:
    with stub_backend() as backend, nodejs(nodejs_home, backend.url, tmp_path) as frontend:
        backend.behaviour = behaviour
        with chromium.page(frontend.url + "/dashboard", tmp_path / "profile") as page:
            assert shown(page) == looks
            assert page.complaints == [], "the content security policy lets everything through that the page needs"
            assert said_when_pressed(page) == says


def test_an_open_page_follows_what_happens(nodejs_home: Path, tmp_path: Path) -> None:
    with (
        stub_backend() as backend,
        nodejs(nodejs_home, backend.url, tmp_path) as frontend,
        chromium.page(frontend.url + "/dashboard", tmp_path / "profile") as page,
    ):
        assert shown(page) == WORKS
        backend.behaviour = behaviours.without_database
        page.wait_for("document.getElementById('database').dataset.state === 'down'")
        assert shown(page) == NO_DATABASE
        assert frontend.stop() == 0
        page.wait_for("document.getElementById('frontend').dataset.state === 'down'")
        assert shown(page) == NOTHING
        assert said_when_pressed(page) == "failed, the front end does not answer"


def test_a_result_has_its_time_and_is_cleared_when_the_database_is_lost(nodejs_home: Path, tmp_path: Path) -> None:
    with (
        stub_backend() as backend,
        nodejs(nodejs_home, backend.url, tmp_path) as frontend,
        chromium.page(frontend.url + "/dashboard", tmp_path / "profile") as page,
    ):
        assert shown(page) == WORKS
        assert said_when_pressed(page).startswith("success")
        assert "POST /api/db-test" in backend.methods
        backend.behaviour = behaviours.without_database
        page.wait_for("document.getElementById('database').dataset.state === 'down'")
        assert page.evaluate("document.getElementById('test-result').textContent") == ""
        assert said_when_pressed(page).startswith("failed")
        before = backend.count("/api/status")
        frontend.wait_until(lambda: backend.count("/api/status") >= before + 2)
        assert page.evaluate("document.getElementById('test-result').textContent") != "", "a failure stays to be read"


def test_every_card_has_content_and_the_page_leads_home(nodejs_home: Path, tmp_path: Path) -> None:
    with (
        stub_backend() as backend,
        nodejs(nodejs_home, backend.url, tmp_path) as frontend,
        chromium.page(frontend.url + "/dashboard", tmp_path / "profile") as page,
    ):
        assert shown(page) == WORKS
        assert card(page, "frontend")["build"] == "local"
        assert card(page, "backend") == {"build": "v7", "up for": "1 min"}
        assert card(page, "database") == {"writes": "accepted", "schema": "up to date"}
        assert page.evaluate("document.querySelector('footer a').pathname") == "/"
        backend.behaviour = behaviours.without_database
        page.wait_for("document.getElementById('database').dataset.state === 'down'")
        assert card(page, "database") == {"reason": "no connection in time"}


def test_what_a_back_end_says_is_shown_as_text_and_never_becomes_markup(nodejs_home: Path, tmp_path: Path) -> None:
    markup = "<img src=x onerror=alert(1)>"

    def hostile(handler: Handler) -> None:
        handler.reply(200, b'{"database_connected": true, "build": "%s"}' % markup.encode())

    with stub_backend() as backend, nodejs(nodejs_home, backend.url, tmp_path) as frontend:
        backend.behaviour = hostile
        with chromium.page(frontend.url + "/dashboard", tmp_path / "profile") as page:
            assert shown(page) == WORKS
            assert page.evaluate("document.querySelectorAll('img').length") == 0
            assert page.evaluate("document.querySelector('#backend dd').textContent") == markup


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_can_be_read_in_light_and_dark_and_on_a_phone(
    nodejs_home: Path, tmp_path: Path, *, dark: bool
) -> None:
    pictures = set()
    with stub_backend() as backend, nodejs(nodejs_home, backend.url, tmp_path) as frontend:
        for behaviour in (behaviours.answers, behaviours.without_database, behaviours.fails):
            backend.behaviour = behaviour
            with chromium.page(frontend.url + "/dashboard", tmp_path / behaviour.__name__, dark=dark) as page:
                shown(page)
                said_when_pressed(page)
                ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
                assert (sum(map(int, re.findall(r"\d+", ground))) < 200) is dark, ground
                assert page.evaluate(LEAST_CONTRAST) >= 4.5
                for width in (1200, 390, 320):
                    page.resize(width)
                    assert page.evaluate("document.documentElement.scrollWidth") == width, (
                        "nothing reaches out of the page"
                    )
                    column = page.evaluate(
                        "new Set([...document.querySelectorAll('.part')].map((p) => p.offsetLeft)).size"
                    )
                    assert column == (3 if width == 1200 else 1)
                    pictures.add(page.picture())
    assert len(pictures) == 9
    for number, picture in enumerate(pictures):
        (tmp_path / f"{number}.png").write_bytes(picture)


def test_the_pages_need_nothing_from_elsewhere_and_no_build_step() -> None:
    for page in sorted((FOLDER / "public").iterdir()):
        text = page.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text
        assert "https://" not in text
        assert not re.search(r"<script>|style=|onclick=", text), "all that the content security policy refuses"
