"""AWS names: what each may look like, what is wrong with one, and how ours are made.

Owns the reading of `facts/names.json`, the judging of names and the way from logical names to AWS names. Refuses to
look at resources or specs; reads nothing but its own package's data.
"""

import difflib
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from stage3c.aws.facts import load

ANY_TYPE = "*"
DIGEST_CHARS = 6
SHOWN_CHARACTERS = 3
KIND_MAX_CHARS = 200

_TYPE = re.compile(r"aws_[a-z0-9_]{1,100}")
_PART = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SURROGATE = re.compile("[\ud800-\udfff]")


class CharacterClass(Struct, frozen=True):
    """Which characters may stand somewhere, as a pattern of one character and in words."""

    regex: str
    words: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """Compiled on first use; `re` caches it."""
        return re.compile(self.regex)


class NameLimit(Struct, frozen=True):
    """What AWS asks of one kind of name; lengths count characters, those of a label between periods; 0 is no limit."""

    type: str
    attribute: str
    variants: tuple[str, ...]
    min_chars: int
    max_chars: int
    label_max_chars: int
    pattern: re.Pattern[str]
    characters: CharacterClass
    first: CharacterClass | None
    last: CharacterClass | None
    form: str
    forbidden_prefixes: tuple[str, ...]
    forbidden_suffixes: tuple[str, ...]
    forbidden_sequences: tuple[str, ...]
    forbidden_exact: frozenset[str]
    forbidden_patterns: tuple[tuple[re.Pattern[str], str], ...]
    forbidden_ignoring_case: bool
    kept_suffixes: tuple[str, ...]
    case: str
    unique_within: str
    unique_ignoring_case: bool
    sources: tuple[str, ...]
    read_on: str
    note: str

    @property
    def kind(self) -> str:
        """As the lookup takes it: `aws_db_instance.db_name (postgres)`."""
        variant = f" ({'/'.join(self.variants)})" if self.variants else ""
        return f"{self.type}.{self.attribute}{variant}"


class NameVerdict(Struct, frozen=True):
    """What `check-name` answers; `legal` is None where AWS's rule is not known."""

    type: str
    attribute: str
    name: str
    known: bool
    legal: bool | None
    broken: tuple[str, ...] = ()


def limit_for(kind: str) -> NameLimit | None:
    """Find the rule of `TYPE.ATTRIBUTE`, perhaps with a variant behind it as in `aws_db_instance.db_name (mysql)`."""
    if kind in _rows_by_kind():
        return _limit_by_kind(kind)
    type_name, _, attribute = kind.partition(".")
    return _limit_by_kind(f"{ANY_TYPE}.{attribute}") if _TYPE.fullmatch(type_name) else None


def known_kinds() -> tuple[str, ...]:
    """Every kind that has a rule, sorted; `*` in the place of a type is any type."""
    return tuple(sorted({_whole_kind(row) for row in _rows_by_kind().values()}))


def nearest_kind(kind: str) -> str | None:
    """Find the known kind that is written most like this one, if any is near."""
    asked = kind[:KIND_MAX_CHARS]
    type_name, _, attribute = asked.partition(".")
    if attribute.startswith("tag") and _TYPE.fullmatch(type_name):
        return f"{type_name}.tags.Name"
    own = [known for known in known_kinds() if known.startswith(f"{type_name}.")]
    near = difflib.get_close_matches(asked, own, n=1, cutoff=0) or difflib.get_close_matches(asked, known_kinds(), n=1)
    return next(iter(near), None)


def broken_rules(limit: NameLimit, name: str) -> list[str]:
    """Say what AWS would not accept in a name, one clear sentence each; an empty list means that it is legal.

    A name that is too long is not matched against the patterns, so that no name takes long.
    """
    # What fits the whole pattern has no wrong character (tested): the patterns of single characters are for sentences.
    fits = len(name) <= limit.max_chars and not _SURROGATE.search(name) and limit.pattern.fullmatch(name) is not None
    reasons = [
        *_wrong_length(limit, name),
        *(() if fits else _wrong_characters(limit, name)),
        *(() if fits else _wrong_ends(limit, name)),
        *_reserved(limit, name),
    ]
    if len(name) > limit.max_chars:
        return reasons
    reasons += [why for pattern, why in limit.forbidden_patterns if pattern.fullmatch(name)]
    if not reasons and not fits:
        reasons.append(f"is not of the required form: {limit.form or limit.characters.words}")
    return reasons


def _wrong_length(limit: NameLimit, name: str) -> Iterator[str]:
    size = "is empty" if not name else f"is {_count(len(name))} long"
    if len(name) > limit.max_chars:
        yield f"{size}; at most {limit.max_chars} are allowed"
    if len(name) < limit.min_chars:
        yield f"{size}; at least {_count(limit.min_chars)} {'is' if limit.min_chars == 1 else 'are'} required"
    if limit.label_max_chars and max(map(len, name.split("."))) > limit.label_max_chars:
        yield f"has more than {limit.label_max_chars} characters between two periods or without any"


def _count(characters: int) -> str:
    return f"{characters} character{'' if characters == 1 else 's'}"


def _wrong_characters(limit: NameLimit, name: str) -> Iterator[str]:
    used = dict.fromkeys(name)
    wrong = [c for c in used if _SURROGATE.match(c) or not limit.characters.pattern.match(c)]
    if wrong:
        shown = ", ".join(map(_shown, wrong[:SHOWN_CHARACTERS]))
        more = f" and {len(wrong) - SHOWN_CHARACTERS} more" if len(wrong) > SHOWN_CHARACTERS else ""
        yield f"contains {shown}{more}; allowed are {limit.characters.words}"


def _wrong_ends(limit: NameLimit, name: str) -> Iterator[str]:
    if name and limit.first and not limit.first.pattern.match(name[0]):
        yield f"starts with {_shown(name[0])}; it must start with {limit.first.words}"
    if name and limit.last and not limit.last.pattern.match(name[-1]):
        yield f"ends in {_shown(name[-1])}; it must end in {limit.last.words}"


def _reserved(limit: NameLimit, name: str) -> Iterator[str]:
    same: Callable[[str], str] = str.lower if limit.forbidden_ignoring_case else str
    folded = same(name)
    for prefix in limit.forbidden_prefixes:
        if folded.startswith(same(prefix)):
            yield f'starts with "{prefix}", which is reserved'
    for suffix in limit.forbidden_suffixes:
        if folded.endswith(same(suffix)):
            yield f'ends in "{suffix}", which is reserved'
    for sequence in limit.forbidden_sequences:
        if sequence in name:
            yield f'contains "{sequence}", which is not allowed'
    if folded in limit.forbidden_exact:
        yield "is a reserved word"


def _shown(character: str) -> str:
    return f'"{character}"' if character.isprintable() else f"U+{ord(character):04X}"


def shorten(name: str, limit: NameLimit) -> str:
    """Fit a logical name into an AWS name.

    Keeps the readable head and ends in "-" and 6 hex digits of SHA-256 of the whole name; a name that is
    legal but for its length becomes legal, domain names aside. A suffix with a meaning, such as `.fifo`, stays.
    Shape: "shop-prod-orders-api" -> "shop-prod-or-cf3b38" (max_chars=19).
    """
    return name if len(name) <= limit.max_chars else _with_digest(name, limit)


def _with_digest(name: str, limit: NameLimit) -> str:
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST_CHARS]
    suffix = next((kept for kept in limit.kept_suffixes if name.endswith(kept)), "")
    joint = _joint(limit)
    room = limit.max_chars - len(joint + digest + suffix)
    head = name.removesuffix(suffix)[: max(room, 0)].rstrip("-_./ ")
    return f"{head}{joint}{digest}{suffix}" if head else (digest + suffix)[: limit.max_chars]


def _joint(limit: NameLimit) -> str:
    return "-" if limit.characters.pattern.match("-") else "_"


def aws_name(kind: str, parts: Sequence[str], separator: str = "-", prefix: str = "") -> str:
    """Make the AWS name of something from its logical names: project, environment and so on, outermost first.

    A name that is too long or reserved gets a digest of the whole at its end; one with a reserved beginning also gets
    "x-" before its first part. Parts are joined as they are, so ("a", "b-c") and ("a-b", "c") make one name: things of
    one kind must differ by more than where their parts begin.
    """
    rule = limit_for(kind)
    assert rule, f"no rule for {kind}"
    limit = replace(rule, max_chars=min(rule.max_chars, rule.label_max_chars or rule.max_chars))
    assert parts, f"a {kind} without parts"
    assert all(map(_PART.fullmatch, parts)), f"{parts} are no logical names"
    joined = separator.join(parts)
    plain, marked = (_in_alphabet(prefix, text, limit) for text in (joined, f"x-{joined}"))
    candidates = (shorten(plain, limit), _with_digest(plain, limit), _with_digest(marked, limit))
    name = next((candidate for candidate in candidates if not broken_rules(limit, candidate)), "")
    assert name, f"no legal {kind} from {parts}: {broken_rules(limit, candidates[-1])}"
    return name


def _in_alphabet(prefix: str, joined: str, limit: NameLimit) -> str:
    return prefix + joined.replace("-", _joint(limit))


def judge(kind: str, name: str) -> NameVerdict:
    """Answer `check-name`: is this a legal name for that argument, and if not, why."""
    limit = limit_for(kind)
    type_name, _, attribute = kind.partition(".")
    if limit is None:
        return NameVerdict(type_name, attribute, name, known=False, legal=None)
    broken = tuple(broken_rules(limit, name))
    return NameVerdict(type_name, attribute, name, known=True, legal=not broken, broken=broken)


def judge_lines(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Answer each line of JSON `["TYPE.ATTRIBUTE", "NAME"]` with one row; any other line gets an `error`."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _row(line, number)


def _row(line: str, number: int) -> dict[str, Any]:
    try:
        match json.loads(line):
            case [str(kind), str(name)]:
                return _as_row(judge(kind, name))
            case _:
                error = "not a pair of texts"
    except RecursionError:
        error = "nested too deeply"
    except ValueError as fault:
        error = f"not JSON: {fault}"
    unknown: dict[str, Any] = {
        "type": None,
        "attribute": None,
        "name": None,
        "known": False,
        "legal": None,
        "broken": [],
    }
    return {**unknown, "error": f'line {number} is {error}; expected ["TYPE.ATTRIBUTE", "NAME"]'}


def _as_row(verdict: NameVerdict) -> dict[str, Any]:
    return {
        "type": verdict.type,
        "attribute": verdict.attribute,
        "name": verdict.name,
        "known": verdict.known,
        "legal": verdict.legal,
        "broken": list(verdict.broken),
    }


@cache
def _rows_by_kind() -> Mapping[str, Mapping[str, Any]]:
    """Every way to name a rule: its kind, the bare attribute for the first variant, and each variant alone."""
    rows: dict[str, Mapping[str, Any]] = {}
    for row in load("names")["rows"]:
        bare, variants = f"{row['type']}.{row['attribute']}", row.get("variants", ())
        for kind in (_whole_kind(row), bare, *(f"{bare} ({variant})" for variant in variants)):
            rows.setdefault(kind, row)
    return rows


def _whole_kind(row: Mapping[str, Any]) -> str:
    bare = f"{row['type']}.{row['attribute']}"
    return f"{bare} ({'/'.join(row['variants'])})" if row.get("variants") else bare


@cache
def _limit_by_kind(kind: str) -> NameLimit | None:
    """One rule, its patterns compiled when it is first asked for."""
    row = _rows_by_kind().get(kind)
    if row is None:
        return None
    whole = _whole_kind(row)
    return _limit(row) if kind == whole else _limit_by_kind(whole)


def _limit(row: Mapping[str, Any]) -> NameLimit:
    """Read one row; what it leaves out is empty."""
    return NameLimit(
        type=row["type"],
        attribute=row["attribute"],
        variants=tuple(row.get("variants", ())),
        min_chars=row["min"],
        max_chars=row["max"],
        label_max_chars=row.get("label_max", 0),
        pattern=re.compile(row["regex"]),
        characters=_character_class(row["characters"]),
        first=_character_class(row["first"]) if "first" in row else None,
        last=_character_class(row["last"]) if "last" in row else None,
        form=row.get("form", ""),
        forbidden_prefixes=tuple(row.get("forbidden_prefixes", ())),
        forbidden_suffixes=tuple(row.get("forbidden_suffixes", ())),
        forbidden_sequences=tuple(row.get("forbidden_sequences", ())),
        forbidden_exact=frozenset(row.get("forbidden_exact", ())),
        forbidden_patterns=tuple(
            (re.compile(forbidden["regex"], re.DOTALL), forbidden["why"])
            for forbidden in row.get("forbidden_regex", ())
        ),
        forbidden_ignoring_case=row["forbidden_ignoring_case"],
        kept_suffixes=tuple(row.get("kept_suffixes", ())),
        case=row["case"],
        unique_within=row.get("unique_within", ""),
        unique_ignoring_case=row["unique_ignoring_case"],
        sources=tuple(row["sources"]),
        read_on=row["read_on"],
        note=row.get("note", ""),
    )


def _character_class(row: Mapping[str, str]) -> CharacterClass:
    return CharacterClass(row["regex"], row["words"])
