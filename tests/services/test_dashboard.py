"""The dashboard in a real browser: what a person sees of the front end, the back end and the database."""

import re
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.services import chromium
from tests.services import stub_backend as behaviours
from tests.services.nodejs_service import FOLDER, nodejs
from tests.services.stub_backend import Handler, stub_backend

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("nodejs"), chromium.NEEDED]


def shown(dom: str) -> dict[str, tuple[str, str]]:
    """The state and the words of each part of the page."""
    parts = re.findall(r'id="(\w+)" data-state="(\w+)">\s*<h2>.*?<p class="state">(.*?)</p>', dom, re.DOTALL)
    return {name: (state, words) for name, state, words in parts}


@pytest.mark.parametrize(
    ("behaviour", "summary", "backend_part", "database_part"),
    [
        (behaviours.answers, "Everything works", ("up", "up"), ("up", "connected")),
        (behaviours.without_database, "The database cannot be reached", ("up", "up"), ("down", "not connected")),
        (behaviours.fails, "The back end does not work", ("down", "not working"), ("unknown", "unknown")),
    ],
)
def test_the_page_shows_what_is(
    nodejs_home: Path,
    tmp_path: Path,
    behaviour: Callable[[Handler], None],
    summary: str,
    backend_part: tuple[str, str],
    database_part: tuple[str, str],
) -> None:
    with stub_backend() as backend, nodejs(nodejs_home, backend.url, tmp_path) as frontend:
        backend.behaviour = behaviour
        dom = chromium.document(frontend.url + "/dashboard", tmp_path / "profile")
    assert shown(dom) == {"frontend": ("up", "up"), "backend": backend_part, "database": database_part}
    assert f">{summary}</p>" in dom


def test_what_a_back_end_says_is_shown_as_text_and_never_becomes_markup(nodejs_home: Path, tmp_path: Path) -> None:
    def hostile(handler: Handler) -> None:
        handler.reply(200, b'{"database_connected": true, "version": "<img src=x onerror=alert(1)>"}')

    with stub_backend() as backend, nodejs(nodejs_home, backend.url, tmp_path) as frontend:
        backend.behaviour = hostile
        dom = chromium.document(frontend.url + "/dashboard", tmp_path / "profile")
    assert "<img" not in dom
    assert "&lt;img src=x onerror=alert(1)&gt;" in dom


@pytest.mark.parametrize(
    ("name", "width", "dark"), [("light", 1200, False), ("dark", 1200, True), ("phone", 500, False)]
)
def test_the_page_has_a_picture_in_light_in_dark_and_on_a_phone(
    nodejs_home: Path, tmp_path: Path, name: str, width: int, *, dark: bool
) -> None:
    picture = tmp_path / f"{name}.png"
    with stub_backend() as backend, nodejs(nodejs_home, backend.url, tmp_path) as frontend:
        url = frontend.url + "/dashboard"
        chromium.screenshot(url, picture, tmp_path / "profile", width=width, height=900, dark=dark)
    data = picture.read_bytes()
    assert struct.unpack(">II", data[16:24]) == (width, 900)
    assert len(data) > 5_000, "more than an empty page"


def test_the_pages_need_nothing_from_elsewhere_and_no_build_step() -> None:
    for page in sorted((FOLDER / "public").iterdir()):
        text = page.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text
        assert "https://" not in text
        assert not re.search(r"<script>|style=|onclick=", text), "all that the content security policy refuses"
