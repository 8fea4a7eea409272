"""What may be shown of a value that a user wrote: the one place that knows a secret, by its name and by its form.

Every text that we print passes `Hidden.clean`. What is hidden by its place in a file, the readers of that file say.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from stage3c.diagnostics import Diagnostic, Fault
from stage3c.wording import words_in

Told = TypeVar("Told", Diagnostic, Fault)
STARS: Final = "***"
_BEGINNING_CHARS: Final = 6  # shorter secrets are hidden where they stand, but not looked for everywhere
_CUT_CHARS: Final = 30
_PLAIN_MAX_CHARS: Final = 100
_SENTENCE_MAX_CHARS: Final = 2000
_SECRET_WORDS: Final = {
    "PASS", "PASSWORD", "PASSWD", "PASSPHRASE", "PWD", "SECRET", "TOKEN", "APIKEY", "PRIVATEKEY", "ACCESSKEY", "SECRETKEY",
    "CREDENTIAL", "CREDENTIALS", "BEARER", "DSN", "WEBHOOK",
}  # fmt: skip
_SECRET_ENDS: Final = ("PASSWORD", "PASSWD", "PASSPHRASE", "APIKEY", "SECRETKEY", "ACCESSKEY", "DBPASS")
_SECRET_KEYS: Final = {
    "API",
    "PRIVATE",
    "ACCESS",
    "SECRET",
    "AUTH",
    "ENCRYPTION",
    "SIGNING",
    "MASTER",
    "LICENSE",
    "ACCOUNT",
}
_OF_A_SECRET: Final = {
    "ALGORITHM", "ARN", "COUNT", "ENABLED", "ENDPOINT", "EXPIRES", "EXPIRY", "FIELD", "FILE", "FORMAT", "HEADER", "HOST", "ID",
    "ISSUER", "LENGTH", "LIFETIME", "LIMIT", "MAX", "MIN", "NAME", "PATH", "POLICY", "PREFIX", "REGION", "REQUIRED", "ROTATION",
    "SECONDS", "SIZE", "TTL", "TYPE", "URI", "VERSION",
}  # fmt: skip
"""Words after which a name tells something about a secret, and not the secret: TOKEN_TTL."""
_FORMS: Final = re.compile(
    r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]{0,40}PRIVATE KEY"
    r"|://[^/\s:@]{0,200}:[^/\s@]{1,500}@"
    r"|\b(?:github_pat_|gh[pousr]_|glpat-|npm_|dop_v1_|whsec_|[srp]k_(?:live|test)_)[A-Za-z0-9_-]{8}"
    r"|\b(?:sk-[A-Za-z0-9_-]{20}|xox[abeoprs]-[A-Za-z0-9]{6}|SG\.[A-Za-z0-9_-]{16}|AIza[A-Za-z0-9_-]{30}|ya29\.[A-Za-z0-9_-]{10})"
    r"|\beyJ[A-Za-z0-9_-]{5,5000}\.[A-Za-z0-9_-]{8}"
    r"|hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9]|discord(?:app)?\.com/api/webhooks/[0-9]|\.webhook\.office\.com/"
    r"|(?i:\bbearer\s{1,5}[A-Za-z0-9._~+/-]{8}|\bbasic\s{1,5}[A-Za-z0-9+/]{12})"
    r"|(?i:\b(?:password|passwd|pwd|secret|accountkey|sharedaccesskey|apikey|api_key|access_token|x-amz-signature)=[^;&\s]{3})",
    re.ASCII,
)
"""Access keys, connection strings, tokens and webhooks as their makers write them; every part is bounded."""
_CONNECTION: Final = re.compile(
    r"(?i:\b((?:postgres(?:ql)?|mysql|mariadb|rediss?|mongodb|amqps?)(?:\+[a-z0-9]{1,20})?:/{1,2}[^/\s:@]{0,200}:)"
    r"""[^\s"'<>]{1,500}@)"""
)
"""The address of a database whose password may have any character, which is often why a program cannot read it."""
_UNREADABLE: Final = re.compile(
    r"""(?i:(missing "=" after |invalid port number: |cast to integer value as |percent-encoded token: ))"""
    r"""("[^"\n]{0,5000}"?|'[^'\n]{0,5000}'?)"""
)
"""What drivers quote of an address that they cannot read: a part of the password, or all of it."""
_PRIVATE_KEY: Final = re.compile(
    r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]{0,20000}(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?"
)
_REST: Final = re.compile(r"[^\s\"'&,;<>]{0,5000}")
_NAMED: Final = re.compile(
    r"""(?<![A-Za-z0-9_-])([A-Za-z_][A-Za-z0-9_.-]{0,80})(\\{0,3}["']?\s{0,3}(?:=>|[:=])\s{0,3})"""
    r"""("(?:[^"\\\n]|\\[^\n]){0,5000}"?|'[^'\n]{0,5000}'?|\\"[^"\n]{0,5000}|[^\s"',;&}\]\\]{1,5000})"""
)
"""`name = value`, `"name": "value"` and the like."""
_PLAIN_WORD: Final = re.compile(r"[a-z]{1,30}|[a-z0-9]{1,16}|(?:[A-Z]{0,8}[a-z]{1,20}){1,4}|[A-Z]{1,10}[0-9]{0,3}")
_CONSTANT: Final = re.compile(r"[A-Z]{1,20}(?:_[A-Z]{1,20}){0,6}[0-9]{0,2}")
_CAPITALS: Final = re.compile(r"[A-Z]{2}")
_SPLIT: Final = re.compile(r"[-./:@ ,*+=()\[\]_]+")
_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def names_a_secret(name: str) -> bool:
    """Tell whether a variable or a key of this name holds a secret: DB_PASS, apiKey, but not TOKEN_URL."""
    words = [word.upper() for word in words_in(name[:200])]
    for position, word in enumerate(words):
        of_two = word == "KEY" and position > 0 and words[position - 1] in _SECRET_KEYS
        if (word in _SECRET_WORDS or word.endswith(_SECRET_ENDS) or of_two) and not _OF_A_SECRET & set(
            words[position + 1 :]
        ):
            return "URL" not in words[position + 1 :] or word == "WEBHOOK"
    return False


def looks_secret(value: str) -> bool:
    """Tell whether a value has the form of a secret."""
    return _FORMS.search(value) is not None


def masked(text: str) -> str:
    """A text of somebody else's, such as a log or a response, with stars for what has the form or the name of a secret."""
    text = _UNREADABLE.sub(rf"\1{STARS}", _CONNECTION.sub(rf"\1{STARS}@", _PRIVATE_KEY.sub(STARS, text)))
    text = _NAMED.sub(lambda found: f"{found[1]}{found[2]}{STARS}" if names_a_secret(found[1]) else found[0], text)
    parts, start = [], 0
    for found in _FORMS.finditer(text):
        if found.start() >= start:
            parts += [text[start : found.start()], STARS]
            start = _REST.match(text, found.end()).end()  # type: ignore[union-attr] # it fits nothing, too
    return "".join((*parts, text[start:]))


def is_plain(value: str) -> bool:
    """Tell whether a value is made of ordinary words and numbers, so that a finding may quote it: `us-esat-1`, `Production`."""
    if len(value) > _PLAIN_MAX_CHARS or looks_secret(value) or ("_" in value and _CAPITALS.search(value)):
        return False
    return value.startswith("arn:") or all(_PLAIN_WORD.fullmatch(word) for word in _SPLIT.split(value) if word)


def is_name(value: str) -> bool:
    """Tell whether a value is a key as people name keys, such as `api_key` or `API_KEY`, so that a finding may quote it."""
    return is_plain(value) or (_CONSTANT.fullmatch(value) is not None and not looks_secret(value))


def controls_in(text: str) -> list[str]:
    """The characters of a text that nobody sees and that change how the rest of it reads."""
    if text.isprintable():
        return []
    return [char for char in text if char in _BIDI or (unicodedata.category(char) == "Cc" and char not in "\t\n\r")]


class Hidden(Struct, frozen=True, dict=True):
    """Texts that nothing we print may have in it."""

    texts: frozenset[str] = frozenset()

    @cached_property
    def _index(self) -> Mapping[str, list[str]]:
        """The texts by how they begin, in any case."""
        index: dict[str, list[str]] = {}
        for text in self.texts:
            for form in {text.lower(), " ".join(text.split()).lower()}:
                if len(form) >= _BEGINNING_CHARS:
                    index.setdefault(form[:_BEGINNING_CHARS], []).append(form)
        return index

    def clean(self, text: str) -> str:
        """The text with stars for each of them, and for the beginning of one that was cut."""
        folded = text.lower()
        if not self._index or len(folded) != len(text):
            return text if not self._index else STARS
        found, start, position = "", 0, 0
        while position < len(text):
            length = self._length_at(folded, position)
            if length:
                found, start = found + text[start:position] + STARS, position + length
            position += length or 1
        return found + text[start:]

    def and_also(self, texts: Iterable[str]) -> "Hidden":
        """The same with more texts."""
        return Hidden(self.texts | frozenset(texts))

    def _length_at(self, folded: str, position: int) -> int:
        """How much of a hidden text stands here."""
        longest = 0
        for secret in self._index.get(folded[position : position + _BEGINNING_CHARS], ()):
            length = _common(folded, position, secret)
            is_cut = length >= _CUT_CHARS or folded[position + length : position + length + 1] == "…"
            if length == len(secret) or is_cut:
                longest = max(longest, length)
        return longest


def without(diagnostics: Iterable[Told], hidden: Hidden) -> tuple[Told, ...]:
    """Findings that quote nothing hidden."""
    return tuple(
        replace(each, cause=sentence(hidden.clean(each.cause)), fix=sentence(hidden.clean(each.fix)))
        for each in diagnostics
    )


def sentence(text: str) -> str:
    """A text for every format: short, and without what moves the cursor, colours a terminal or turns the reading direction."""
    cut = text if len(text) <= _SENTENCE_MAX_CHARS else text[:_SENTENCE_MAX_CHARS] + "…"
    return (
        cut
        if cut.isprintable()
        else "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in cut)
    )


NOTHING: Final = Hidden()


def _common(text: str, start: int, secret: str) -> int:
    """How far a text goes on like a secret."""
    if text.startswith(secret, start):
        return len(secret)
    pairs = zip(text[start : start + len(secret)], secret, strict=False)
    return next(
        (number for number, (one, other) in enumerate(pairs) if one != other), min(len(secret), len(text) - start)
    )
