"""Where the package was installed from decides how more of it is installed."""

import json
import shlex
from importlib import metadata
from typing import Any

import pytest
from stage3c.shipped import folder, install_command, requirement


class _Installed:
    def __init__(self, told: Any) -> None:
        self.text = told if isinstance(told, str) or told is None else json.dumps(told)

    def read_text(self, _name: str) -> str | None:
        return self.text


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (None, "stage3c[aws]"),
        (
            {"url": "file:///home/ann/stage3c", "dir_info": {"editable": True}},
            "stage3c[aws] @ file:///home/ann/stage3c",
        ),
        (
            {"url": "https://example.com/stage3c.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}},
            "stage3c[aws] @ git+https://example.com/stage3c.git@abc",
        ),
        ({"url": "https://example.com/stage3c.git", "vcs_info": {"vcs": "git"}}, "stage3c[aws]"),
        ("no JSON", "stage3c[aws]"),
        ("[]", "stage3c[aws]"),
    ],
)
def test_optional_packages_come_from_where_the_package_came_from(
    monkeypatch: pytest.MonkeyPatch, told: Any, expected: str
) -> None:
    monkeypatch.setattr(metadata, "distribution", lambda _name: _Installed(told))
    assert requirement("aws") == expected
    assert shlex.split(install_command("aws")) == ["pip", "install", expected]


def test_the_shipped_folders_are_there() -> None:
    assert (folder("templates") / "README.md.j2").is_file()
    assert (folder("specs") / "stage3v3.yaml").is_file()
