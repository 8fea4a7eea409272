"""One helper for all goldens: compare, or write when asked to."""

from pathlib import Path


def hold(path: Path, text: str, *, update: bool) -> None:
    """Fail where a text differs from its golden file."""
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"{path} is missing; run pytest --update-golden and read it"
    assert text == path.read_text(encoding="utf-8")
