"""What of a spec may be shown: by the place of a value in the language, and by its form.

At places where a secret could stand, a value is hidden whatever its form: variables, secrets, headers, commands, bodies, tags,
everything under a key that the language does not know, and a plain value where a mapping belongs. Elsewhere a value that a
finding is about is shown if it is plain.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from stage3c.diagnostics import Diagnostic, Path, Span
from stage3c.disclosure import STARS, Hidden, is_plain, looks_secret, names_a_secret, sentence
from stage3c.language.faults import element_of, literals_of, model_in
from stage3c.language.model.base import Part
from stage3c.language.model.stack import Stack
from stage3c.language.source import Document, ListNode, MapNode, Node, ScalarNode

_PRIVATE: Final = {"environment", "secrets", "headers", "body", "json", "command", "tags", "parameters", "environments"}
"""Keys under which users write values of their own; as mappings or lists, since `environment: prod` is a name."""
_SHOWN_MAX_CHARS: Final = 40
_OF_SHAPE: Final = "SPEC10"  # these may quote a part of what stands at their place
_OWN_MAX: Final = 50  # of the values below a finding's place
_SIMPLE_KEY: Final = re.compile(r"[A-Z][A-Z0-9_]*|[a-z][a-z0-9_./-]*|([A-Z]?[a-z]+)*")
_KEY: Final = re.compile(r"[a-z]{1,16}")
_SEARCHED_MIN_CHARS: Final = 6
_ENTRY: Final = r"(\s*(?:- )*)(?:([\w./-]{1,100}|\"[^\"]{0,100}\"|'[^']{0,100}')\s*:(?:\s+|$))?(.*)"


class _Place(Struct, frozen=True):
    """A plain value, what the language says of its place, and whether a secret could stand there."""

    path: Path
    node: ScalarNode
    is_private: bool

    @property
    def text(self) -> str:
        return "" if self.node.value is None or isinstance(self.node.value, bool) else str(self.node.value)


def without_secrets(
    document: Document, diagnostics: Iterable[Diagnostic]
) -> tuple[tuple[Diagnostic, ...], tuple[str, ...], Hidden]:
    """Findings and lines in which nothing private is left, and the texts that are hidden."""
    found = list(diagnostics)
    places = [place for place in _places(document.root, (), Stack, is_private=False) if place.text]
    about = {_bare(each.path) for each in found}
    names = _references(document.root)
    private = [p for p in places if (p.is_private and not names(p.text)) or not _may_quote(p, about)]
    hidden = Hidden(frozenset(place.text for place in private if _is_telling(place)))
    own: dict[Path, list[str]] = {}
    below: dict[Path, list[str]] = {}
    for place in private:
        own.setdefault(place.path, []).append(place.text)
        for length in range(1, len(place.path) + 1):
            below.setdefault(place.path[:length], []).append(place.text)
    quoted = ((each, below if each.code.startswith(_OF_SHAPE) else own) for each in found)
    cleaned = tuple(_cleaned(each, hidden, texts.get(_bare(each.path), [])) for each, texts in quoted)
    return cleaned, _starred(document.lines, [place.node.extent or place.node.span for place in private]), hidden


def _references(root: MapNode) -> Callable[[str], bool]:
    """Tells what refers to a secret or a database of this spec, or means to: `main`, `main.password`, `main.host`."""
    found: set[str] = set()
    names: set[str] = set()
    for section in ("databases", "secrets"):
        declared = root.entries.get(section)
        for name, node in declared.entries.items() if isinstance(declared, MapNode) else ():
            keys = node.entries.get("keys") if isinstance(node, MapNode) else None
            members = keys.items if isinstance(keys, ListNode) else ()
            known = [str(each.value) for each in members if isinstance(each, ScalarNode)]
            found |= {name, *(f"{name}.{key}" for key in known)}
            names.add(name)
    return lambda text: (
        text in found or (text.partition(".")[0] in names and _KEY.fullmatch(text.partition(".")[2]) is not None)
    )


def without_values(lines: Iterable[str]) -> tuple[str, ...]:
    """The lines of a text that is no YAML, without what stands after its keys."""
    return tuple(_without_value(line) for line in lines)


def _without_value(line: str) -> str:
    """A line whose value is hidden, unless it is plain and its key names no secret."""
    entry = re.match(_ENTRY, line)
    value = entry[3].strip() if entry else line
    bare = value.strip("\"'{}[] ")
    if entry and not _SIMPLE_KEY.fullmatch((entry[2] or "").strip("\"'")):
        return STARS
    if entry and is_plain(bare) and len(bare) <= _SHOWN_MAX_CHARS and not names_a_secret(entry[2] or ""):
        return line
    return line.replace(value, STARS) if value else line


def _bare(path: Path) -> Path:
    """The path in the base; what an environment lays over it has the same place."""
    return path[2:] if path[:1] == ("environments",) else path


def _may_quote(place: _Place, about: set[Path]) -> bool:
    """Whether the value of an open place may be shown: it is plain, or no finding is about it and nothing says secret."""
    if looks_secret(place.text):
        return False
    return is_plain(place.text) or not any(place.path[:length] in about for length in range(1, len(place.path) + 1))


def _is_telling(place: _Place) -> bool:
    """Whether a hidden text is looked for everywhere: not where it may be a region, a port or a name as well."""
    if len(place.text) < _SEARCHED_MIN_CHARS or (
        place.text.isascii() and place.text.isalpha() and place.text.islower()
    ):
        return False
    return not is_plain(place.text) or any(isinstance(key, str) and names_a_secret(key) for key in place.path)


def _places(node: Node, path: Path, annotation: Any, *, is_private: bool) -> Iterator[_Place]:  # noqa: ANN401 - a type
    """Every plain value of a tree."""
    if isinstance(node, ScalarNode):
        misplaced = annotation is not None and model_in(annotation) is not None and is_private
        yield _Place(path, node, is_private and (misplaced or node.value not in _words_at(annotation)))
    elif isinstance(node, ListNode):
        for number, item in enumerate(node.items):
            yield from _places(item, (*path, number), element_of(annotation), is_private=is_private)
    else:
        yield from _in_map(node, path, annotation, is_private=is_private)


def _in_map(node: MapNode, path: Path, annotation: Any, *, is_private: bool) -> Iterator[_Place]:  # noqa: ANN401
    if not path and isinstance(overlays := node.entries.get("environments"), MapNode):
        for over in overlays.entries.values():
            yield from _places(over, (), Stack, is_private=False)
    model = model_in(annotation)
    for key, inner in node.entries.items():
        if not path and key == "environments":
            continue
        known = _fields(model).get(key) if model else element_of(annotation)
        private = is_private or known is None or (model is None and names_a_secret(key))
        private = private or (key in _PRIVATE and not (isinstance(inner, ScalarNode) and path == ()))
        if model is not None and known is not None and model.__name__ == "Secret":
            private = False
        yield from _places(inner, (*path, key), known, is_private=private)


@cache
def _fields(model: type[Part]) -> Mapping[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _words_at(annotation: Any) -> tuple[Any, ...]:  # noqa: ANN401
    return tuple(literals_of(annotation)) if annotation is not None else ()


def _cleaned(diagnostic: Diagnostic, hidden: Hidden, own: list[str]) -> Diagnostic:
    """A finding without hidden texts, and without the values of its own place even where they are short."""
    cause, fix = hidden.clean(diagnostic.cause), hidden.clean(diagnostic.fix)
    for text in sorted(set(own[:_OWN_MAX]), key=len, reverse=True):
        whole = (
            rf"{re.escape(text[:_SHOWN_MAX_CHARS])}[^\s\"]*"
            if len(text) > _SHOWN_MAX_CHARS
            else rf"{re.escape(text)}(?![\w-])"
        )
        value = re.compile(rf"(?<![\w.-]){whole}")
        cause, fix = value.sub(STARS, cause), value.sub(STARS, fix)
    return replace(diagnostic, cause=sentence(cause), fix=sentence(fix))


def _starred(lines: tuple[str, ...], spans: Iterable[Span]) -> tuple[str, ...]:
    """The lines with stars where the spans are."""
    shown = [*lines]
    for span in spans:
        for number in range(span.line, min(span.end_line, len(shown)) + 1):
            line = shown[number - 1]
            start = span.column - 1 if number == span.line else len(line) - len(line.lstrip())
            end = span.end_column - 1 if number == span.end_line else len(line)
            shown[number - 1] = line[:start] + "*" * len(line[start:end]) + line[end:]
    return tuple(shown)
