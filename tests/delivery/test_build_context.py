"""The tag by content: what changes it and what does not."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from stage3c.delivery.build_context import context_files, context_tag
from stage3c.live.account import UsageError

FILES = {"Dockerfile": "FROM scratch\n", "app/main.py": "x", "app/__pycache__/main.pyc": "y", "docs/a.md": "z"}


def made(folder: Path, files: Mapping[str, str] = FILES, ignore: str | None = None) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    if ignore is not None:
        (folder / ".dockerignore").write_text(ignore)
    return folder


@pytest.mark.parametrize(
    ("ignore", "left"),
    [
        ("", {"app/main.py", "app/__pycache__/main.pyc", "docs/a.md"}),
        ("*\n!app\n**/__pycache__\n", {"app/main.py"}),
        ("/docs\n# app\n\n  app/__pycache__/  \n", {"app/main.py"}),
        ("docs/../app\n", {"docs/a.md"}),
        ("*.md\n", {"app/main.py", "app/__pycache__/main.pyc", "docs/a.md"}),  # only at the root, unlike in Git
        ("**/*.md\n", {"app/main.py", "app/__pycache__/main.pyc"}),
        ("app\n!app/main.py\n", {"app/main.py", "docs/a.md"}),  # unlike in Git, although its folder is excluded
        ("Dockerfile\n.\n", {"app/main.py", "app/__pycache__/main.pyc", "docs/a.md"}),
        ("\ufeffdocs\n", {"app/main.py", "app/__pycache__/main.pyc"}),
    ],
)
def test_the_files_are_those_that_docker_is_sent(tmp_path: Path, ignore: str, left: set[str]) -> None:
    found = set(context_files(made(tmp_path, ignore=ignore)))
    assert found - {".dockerignore"} == left | {"Dockerfile"}


def test_the_ignore_file_of_the_dockerfile_goes_first(tmp_path: Path) -> None:
    made(tmp_path, {**FILES, "Dockerfile.dockerignore": "app\n"}, ignore="docs\n")
    assert "docs/a.md" in context_files(tmp_path)
    assert "app/main.py" not in context_files(tmp_path)


def test_the_tag_is_that_of_the_content_and_the_architecture(tmp_path: Path) -> None:
    one, two = made(tmp_path / "one"), made(tmp_path / "two")
    (two / "empty").mkdir()
    os.utime(two / "app" / "main.py", (0, 0))
    tag = context_tag(one, "x86_64")
    assert tag == context_tag(two, "x86_64")
    assert tag != context_tag(one, "arm64")
    seen = {tag}
    (two / "app" / "main.py").chmod(0o755)
    seen.add(context_tag(two, "x86_64"))
    (two / "app" / "main.py").write_text("xx")
    seen.add(context_tag(two, "x86_64"))
    (two / "app" / "main.py").rename(two / "app" / "mian.py")
    seen.add(context_tag(two, "x86_64"))
    (two / "link").symlink_to("/nowhere")
    seen.add(context_tag(two, "x86_64"))
    (two / "folder").symlink_to(one)
    seen.add(context_tag(two, "x86_64"))
    assert len(seen) == 6


def test_what_docker_ignores_does_not_change_the_tag(tmp_path: Path) -> None:
    folder = made(tmp_path, ignore="**/__pycache__\n")
    tag = context_tag(folder, "arm64")
    (folder / "app" / "__pycache__" / "more.pyc").write_text("new")
    assert context_tag(folder, "arm64") == tag


def test_a_folder_without_a_dockerfile_has_no_tag(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no Dockerfile"):
        context_tag(tmp_path, "arm64")
