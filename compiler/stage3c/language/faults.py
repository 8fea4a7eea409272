"""What is said of a fault of shape: unknown keys, missing keys, wrong values, each at its place.

Owns the sentences, and knows the spec language by its types. Repairs nothing.
"""

import difflib
import json
import re
from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from stage3c.diagnostics import Fault, Path, clip, format_path
from stage3c.language.model.base import FOLDER, IDENTIFIER, STATUSES, VARIABLE, Meaning, Part, documentation
from stage3c.language.model.stack import Stack
from stage3c.language.source import Document, Node
from stage3c.wording import listed, misspelt, nearest

_BEGINNING_MIN_CHARS: Final = 3
_KINDS: Final = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "a mapping",
}
_EXPECTED: Final = {
    "string": "text", "int": "a whole number", "float": "a number", "bool": "true or false", "list": "a list",
    "dict": "a mapping", "model": "a mapping", "literal": "one of a few words", "none": "nothing", "tuple": "a list",
}  # fmt: skip
_PATTERNS: Final = {
    IDENTIFIER: "lower-case letters, digits and single hyphens, starting with a letter",
    VARIABLE: "letters, digits and underscores, not starting with a digit",
    STATUSES: 'statuses and ranges of two, from 200 to 499, separated by commas, such as "200-299,404"',
    FOLDER: "a folder below this one, of letters, digits and _./-",
}
_BOUNDS: Final = {
    "greater_than_equal": ("ge", "the minimum is {0}", "or more"),
    "less_than_equal": ("le", "the maximum is {0}", "or less"),
    "string_too_long": ("max_length", "at most {0} characters are allowed", ""),
    "string_too_short": ("min_length", "at least {0} character is required", ""),
    "too_long": ("max_length", "at most {0} entries are allowed", ""),
    "too_short": ("min_length", "at least {0} entry is required", ""),
}
"""By pydantic's type of error: where the bound is, what is said of it, and how the bound itself is recommended."""
_CALLED_ELSEWHERE: Final = {
    "alb": "load_balancers", "cloudwatch": "monitoring", "container_port": "port", "count": "scale",
    "db": "databases", "database": "databases", "depends_on": "calls", "desired_count": "scale", "dockerfile": "build",
    "env": "environment", "environment_variables": "environment", "health_check": "health", "healthcheck": "health",
    "instances": "scale", "lb": "load_balancer", "mem": "memory_mib", "ports": "port", "replicas": "scale", "vars": "environment",
    "vpc": "network", "azs": "zones", "availability_zones": "zones", "instance_type": "instance_class", "storage": "storage_gib",
    "name": "database_name", "aws_account": "account", "account_id": "account", "dns": "domain", "postgres": "databases",
    "depends": "calls", "image_tag": "tag", "timeout": "timeout_seconds", "interval": "interval_seconds",
    "retention": "log_days", "multiaz": "multi_az", "size": "instance_class", "cidr_block": "cidr", "cidr_blocks": "cidrs",
    "autoscaling": "scale", "policy": "permissions", "iam": "permissions", "entrypoint": "command", "args": "command",
    "readonly": "read_only_root", "read_only": "read_only_root", "public_ip": "assign_public_ip", "arch": "architecture",
    "platform": "architecture", "liveness": "live", "readiness": "ready", "subnet": "subnets", "alarm": "alarms",
    "budget": "budget_usd_per_month",
}  # fmt: skip
"""What other tools and habit call our keys; one that is not a key at its place counts for nothing."""
_WORDS_ELSEWHERE: Final = {
    "public": "internet-facing", "external": "internet-facing", "private": "internal", "amd64": "x86_64", "x64": "x86_64",
    "aarch64": "arm64", "prod": "production", "dev": "development", "igw": "internet_gateway", "internet": "internet_gateway",
    "nat": "nat_gateway", "aurora-postgresql": "postgres", "no": "none", "one": "single", "multi": "per_zone", "yes": "single",
}  # fmt: skip
_PROGRAMS: Final = {
    "bash", "bundle", "celery", "deno", "dotnet", "flask", "go", "gunicorn", "hypercorn", "java", "make", "nginx", "node", "npm",
    "npx", "php", "pnpm", "python", "python3", "rails", "ruby", "sh", "uvicorn", "yarn",
}  # fmt: skip
_ARGUMENT: Final = re.compile(r"[a-z][a-z._/:]{0,60}|-m")
_CPU_UNITS: Final = {256, 512, 1024, 2048, 4096, 8192, 16384}
_MEBIBYTES: Final = {"M": 1, "G": 1024, "T": 1024 * 1024}
_SWITCHES: Final = {"yes": "true", "on": "true", "no": "false", "off": "false"}
_TRUTHS: Final = {**_SWITCHES, "true": "true", "false": "false"}


def fault_at(document: Document, path: Path, details: ErrorDetails) -> Fault:
    """Say what pydantic found at a path."""
    kind = details["type"]
    context = details.get("ctx", {})
    at_key = kind in ("extra_forbidden", "missing") or "[key]" in details["loc"]
    span = document.span(path[:-1] if kind == "missing" else path, key=at_key)
    if kind.startswith("rule:"):
        code, cause, fix = kind.removeprefix("rule:"), context["cause"], context["fix"]
    elif kind == "extra_forbidden":
        code, (cause, fix) = "SPEC101", _unknown_key(path)
    elif kind == "missing":
        code, cause, fix = _missing_key(document, path)
    elif kind == "literal_error":
        code, (cause, fix) = "SPEC104", _not_allowed(path, details)
    elif kind.endswith("_type") or kind in ("int_from_float", "is_instance_of", "model_attributes_type", "dict_type"):
        code, (cause, fix) = "SPEC103", _wrong_type(path, kind, details["input"], document.text(span))
    else:
        code, (cause, fix) = "SPEC105", _malformed(path, details)
    return Fault(code, cause, fix, span, path)


def _unknown_key(path: Path) -> tuple[str, str]:
    where = format_path(path[:-1]) or "a spec"
    near = near_key(path)
    cause = f'"{clip(str(path[-1]))}" is not a key of {where}.'
    if near:
        return cause, f"write `{near}`."
    above = next((path[:end] for end in range(len(path) - 2, -1, -1) if path[-1] in list(_keys_at(path[:end]))), None)
    if above is not None:
        owner = format_path(above) or "the spec itself"
        return (
            f"{cause[:-1]}; it is a key of {owner}.",
            f"indent it like the other keys of {owner}: {_spaces(len(above))}.",
        )
    return cause, f"remove it, or write one of {', '.join(_keys_at(path[:-1]))}."


def _spaces(levels: int) -> str:
    return f"{2 * levels} spaces" if levels else "no spaces"


def near_key(path: Path) -> str | None:
    """The key of the spec language that an unknown one is a slip of, is the beginning of, or is called elsewhere."""
    known, word = list(_keys_at(path[:-1])), as_key(path)
    if word in known:
        return word
    longer = [key for key in known if key.startswith(word)] if len(word) >= _BEGINNING_MIN_CHARS else []
    elsewhere = [_CALLED_ELSEWHERE[word]] if _CALLED_ELSEWHERE.get(word) in known else []
    return next(iter([*longer, *elsewhere, *filter(None, [misspelt(word, known)])]), None)


def as_key(path: Path) -> str:
    """An unknown key, written as keys are."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[- ]", "_", str(path[-1])[:80]).lower()


def fits(path: Path, value: object) -> bool:
    """Tell whether a value is right at a path."""
    model = model_in(annotation_at(path[:-1]) if path[:-1] else Stack)
    field = (
        next((f for name, f in model.model_fields.items() if (f.alias or name) == path[-1]), None) if model else None
    )
    if field is None:
        return model is None and _takes(annotation_at(path), value=value)
    whole = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    return _takes(whole, value=value)


def near_literal(path: Path, given: object) -> str | None:
    """The allowed word that one which is not allowed is written most like, or is called elsewhere."""
    allowed = [str(value) for value in literals_of(annotation_at(path))]
    if isinstance(given, str) and (meant := _WORDS_ELSEWHERE.get(given.lower())) in allowed:
        return meant
    return (
        next(iter(difflib.get_close_matches(given.lower(), allowed, 1, 0.4)), None) if isinstance(given, str) else None
    )


def _missing_key(document: Document, path: Path) -> tuple[str, str, str]:
    if path[-1] == "route_table":
        cause = f"{format_path(path)} is missing, so AWS would use the main route table of the VPC."
        declared: dict[str, Node] = getattr(document.node(("network", "route_tables")), "entries", {})
        tables = list(declared)
        best = str(path[-2]) if path[-2] in tables or not tables else tables[0]
        others = [table for table in tables if table != best]
        return "NET101", cause, f"add `route_table: {clip(best)}`{f' (or {listed(others)})' if others else ''}."
    words = [str(value) for value in literals_of(annotation_at(path))]
    example = words[0] if words else meaning_of(path).example
    choice = f" (or {', '.join(words[1:])})" if words[1:] else ""
    cause = f"{format_path(path)} is missing. {_first_sentence(path)}"
    return "SPEC102", cause.strip(), f"add `{path[-1]}: {example or '…'}`{choice}."


def _not_allowed(path: Path, details: ErrorDetails) -> tuple[str, str]:
    if "[key]" in details["loc"]:
        return _key_not_allowed(path)
    allowed = [str(value) for value in literals_of(annotation_at(path))]
    cause = f"{_is(path, details['input'])}; it must be {' or '.join(allowed)}."
    best = near_literal(path, details["input"]) or (allowed[0] if len(allowed) == 1 else None)
    return cause, f"write `{_line(path, best)}`." if best else f"write {' or '.join(f'`{word}`' for word in allowed)}."


def _key_not_allowed(path: Path) -> tuple[str, str]:
    """A key of a mapping whose keys are a few words, such as `capacity`."""
    keys = [next(iter(get_args(branch)), None) for branch in _branches(annotation_at(path[:-1]))]
    allowed = [str(word) for key in keys for word in literals_of(key)]
    part_of = (word for word in reversed(allowed) if str(path[-1]).lower() in word)
    near = next(part_of, None) or nearest(str(path[-1]), allowed)
    cause = f'the key "{clip(str(path[-1]))}" of {format_path(path[:-1])} is not one of {", ".join(allowed)}.'
    return cause, f"write `{near}`." if near else f"write {' or '.join(f'`{word}`' for word in allowed)}."


def _wrong_type(path: Path, kind: str, given: Any, written: str) -> tuple[str, str]:  # noqa: ANN401 - one exit a kind
    wanted = wanted_type(kind)
    expected = _EXPECTED.get(wanted, "of another type")
    cause = f"{_is(path, given)}; it must be {expected}."
    if wanted == "string" and isinstance(given, bool | int | float):
        return cause, f"write `{_line(path, json.dumps(str(given).lower() if isinstance(given, bool) else written))}`."
    if wanted in ("int", "float") and isinstance(given, str) and re.fullmatch(r"[0-9.]+", given):
        return cause, f"write `{_line(path, clip(given))}`, without quotes."
    if (size := meant_size(path, given)) is not None:
        return cause, f"write `{_line(path, size)}`."
    meant = (meant_truth(given) or "true") if wanted == "bool" else _form(path, wanted, given)
    fix = _example_fix(path) if meant is None else f"write `{_line(path, meant)}`."
    if expected == "a mapping" and "{" not in fix:
        cause = f"{_is(path, given)}, which is not accepted here."
    return cause, fix if given is not None else f"{fix[:-1]}, or remove the key."


def _form(path: Path, wanted: str, given: Any) -> str | None:  # noqa: ANN401
    """What may have been meant by a value of another type, or None."""
    if path[-1] == "command" and isinstance(given, str):
        return as_words(given)
    if wanted == "list" and isinstance(given, str | int):
        return f"[{clip(str(given))}]"
    annotation = annotation_at(path)
    model = model_in(annotation)
    alone = given[0] if isinstance(given, list) and len(given) == 1 else None
    if isinstance(alone, str) and (wanted == "string" or (model and _takes(annotation, value=alone))):
        return clip(alone)
    return _SWITCHES.get(str(given).lower()) if model and _takes(annotation, value=True) else None


def wanted_type(kind: str) -> str:
    """The type that a fault of pydantic says was expected: `int` of `int_type` and of `int_from_float`."""
    return kind.removesuffix("_type").removesuffix("_from_float").split("_")[0]


def meant_truth(given: object) -> str | None:
    """The truth value that a word such as `yes` or `TRUE` stands for, as YAML."""
    return _TRUTHS.get(str(given).lower())


def meant_size(path: Path, given: object) -> int | None:
    """CPU units of a number of vCPU, and MiB or GiB of a size with its unit: 0.5 is 512, and 1GB is 1024 MiB."""
    key = str(path[-1]) if path else ""
    if key == "cpu":
        match = re.fullmatch(r"(\d{0,2}\.\d{1,3}|\d{1,2})\s*(?:vCPU)?", str(given))
        return round(float(match[1]) * 1024) if match and round(float(match[1]) * 1024) in _CPU_UNITS else None
    match = re.fullmatch(r"(\d{1,6})\s*([MGT])i?B?", str(given), re.IGNORECASE)
    mebibytes = int(match[1]) * _MEBIBYTES[match[2].upper()] if match else 0
    if key.endswith("_mib"):
        return mebibytes or None
    whole = mebibytes >= _MEBIBYTES["G"] and mebibytes % _MEBIBYTES["G"] == 0
    return mebibytes // 1024 if whole and key.endswith(("_gib", "initial", "max")) else None


def as_words(command: str) -> str | None:
    """A command as a list of words; None where a word is unusual, for it may be a secret."""
    words = command.split()
    usual = words and words[0] in _PROGRAMS and all(_ARGUMENT.fullmatch(word) for word in words)
    return json.dumps(words) if usual else None


def _takes(annotation: Any, *, value: object) -> bool:  # noqa: ANN401
    """Whether a plain value may stand for the mapping."""
    try:
        TypeAdapter(annotation).validate_python(value)
    except ValidationError:
        return False
    return True


def _malformed(path: Path, details: ErrorDetails) -> tuple[str, str]:  # noqa: PLR0911 - one exit a kind
    context = details.get("ctx", {})
    is_key = "[key]" in details["loc"]
    given = path[-1] if is_key else details["input"]
    pattern = str(context.get("pattern", ""))
    subject = f'the key "{clip(str(given))}" of {format_path(path[:-1])}' if is_key else _is(path, given)
    if is_key and details["type"] == "string_too_long":
        cause = f"{subject} has {len(str(given))} characters; at most {context['max_length']} are allowed."
        return cause, f"write a shorter key, such as `{shortened(str(given), context['max_length'])}`."
    if details["type"] in _BOUNDS:
        name, said, more = _BOUNDS[details["type"]]
        bound = context.get(name, context.get("actual_length"))
        fix = f"write `{_line(path, bound)}` {more}." if more else _example_fix(path)
        return f"{subject}; {said.format(bound)}.", fix
    if pattern == FOLDER and isinstance(given, str) and re.match(FOLDER, given.removeprefix("./")):
        return f"{subject}; it must be {_PATTERNS[FOLDER]}.", f"write `{_line(path, given.removeprefix('./'))}`."
    if pattern in (IDENTIFIER, VARIABLE):
        mended = mended_name(str(given), pattern)
        return f"{subject}; it must be {_PATTERNS[pattern]}.", f"write `{mended if is_key else _line(path, mended)}`."
    if pattern.startswith("^/") and isinstance(given, str) and re.fullmatch(pattern, f"/{given}"):
        return f"{subject}; it must start with a slash.", f"write `{_line(path, f'/{given}')}`."
    if pattern == STATUSES:
        return f"{subject}; it must be {_PATTERNS[STATUSES]}.", _example_fix(path)
    if pattern:
        return f"{subject}, which does not have the right form. {_first_sentence(path)}".strip(), _example_fix(path)
    return f"{subject}: {details['msg'][:1].lower()}{clip(details['msg'][1:], 200)}.", _example_fix(path)


def mended_name(given: str, pattern: str) -> str:
    """The nearest text that a pattern accepts."""
    if pattern == VARIABLE:
        return re.sub(r"^(?=[0-9])", "_", re.sub(r"[^A-Za-z0-9_]+", "_", given))[:60] or "NAME"
    text = re.sub(r"[^a-z0-9]+", "-", given.lower()).strip("-")
    return (text if text[:1].isalpha() else f"x-{text}".strip("-"))[:40].strip("-") if text else "main"


def shortened(key: str, limit: int) -> str:
    """The first words of a key, as many as fit and sound like a name."""
    words = mended_name(key, IDENTIFIER).split("-")
    short = next(("-".join(words[:count]) for count in (2, 1) if len("-".join(words[:count])) <= limit), "")
    return short or key[:limit].strip("-")


def _example_fix(path: Path) -> str:
    """A line with an example, of the key or, where a user names the key, of the mapping around it."""
    around = next((path[:end] for end in range(len(path), 0, -1) if meaning_of(path[:end]).example), path)
    return f"write for example `{_line(around, meaning_of(around).example or '…')}`."


def _line(path: Path, value: object) -> str:
    """The line to write: the key with its value, or the value alone within a list."""
    return f"{path[-1]}: {value}" if path and isinstance(path[-1], str) else str(value)


def _is(path: Path, given: Any) -> str:  # noqa: ANN401
    return f"{format_path(path) or 'the spec'} is {_described(given)}"


def _described(given: Any) -> str:  # noqa: ANN401
    if given is None:
        return "empty"
    if isinstance(given, bool | int | float):
        return str(given).lower()
    return f'"{clip(given)}"' if isinstance(given, str) else _KINDS.get(type(given), "another type")


def meaning_of(path: Path) -> Meaning:
    """The documentation of the key at a path, empty where there is none, as for keys that a user names."""
    while path and isinstance(path[-1], int):
        path = path[:-1]
    model = model_in(annotation_at(path[:-1]) if path[:-1] else Stack) if path else None
    fields = model.model_fields.items() if model else ()
    name = next((name for name, field in fields if (field.alias or name) == path[-1]), "")
    return documentation(model).get(name, Meaning("")) if model else Meaning("")


def _first_sentence(path: Path) -> str:
    return re.split(r"(?<=\.) ", meaning_of(path).purpose)[0].replace("`", '"')


def _keys_at(path: Path) -> Iterator[str]:
    model = model_in(annotation_at(path) if path else Stack)
    yield from keys_of(model) if model else ()


def keys_of(model: type[Part]) -> dict[str, Any]:
    """The keys of a mapping with their types."""
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def annotation_at(path: Path) -> Any:  # noqa: ANN401
    """The type that is written at a path of the spec language, or None."""
    current: Any = Stack
    for part in path:
        model = model_in(current)
        if model:
            field = next((f for name, f in model.model_fields.items() if (f.alias or name) == part), None)
            current = field.annotation if field else None
        else:
            current = element_of(current)
    return current


def _branches(annotation: Any) -> Iterator[Any]:  # noqa: ANN401
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _branches(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for branch in get_args(annotation):
            yield from _branches(branch)
    elif annotation is not NoneType:
        yield annotation


def model_in(annotation: Any) -> type[Part] | None:  # noqa: ANN401
    """The model that a type is or may be."""
    return next((b for b in _branches(annotation) if isinstance(b, type) and issubclass(b, Part)), None)


def element_of(annotation: Any) -> Any:  # noqa: ANN401
    """The type of the members of a list or mapping, or None."""
    for branch in _branches(annotation):
        if get_origin(branch) in (dict, list):
            return get_args(branch)[-1]
    return None


def literals_of(annotation: Any) -> Iterator[Any]:  # noqa: ANN401
    """The words that a type allows."""
    for branch in _branches(annotation):
        if get_origin(branch) is Literal:
            yield from get_args(branch)
        elif get_origin(branch) is list:
            yield from literals_of(get_args(branch)[0])
