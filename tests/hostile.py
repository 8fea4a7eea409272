"""Broken and hostile input by the thousand: `python -m tests.hostile [--specs N] [--folders N] [--plans N] [--seed S]`.

Breaks specs, folders of Terraform and plans that work: lines dropped, doubled, moved and cut, words swapped, values replaced by
what no one expects. None may raise, be reported as a bug of our own, or take more than 5 s of CPU. Prints how many, what was
found, and the slowest; exits 1 where one fails, with the number that makes it again (`--only N`).
"""

import argparse
import json
import random
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from stage3c.audits import audit, not_evaluated
from stage3c.diagnostics import Diagnostic
from stage3c.output import report
from stage3c.pipeline import compile_spec
from stage3c.readers.configuration import read_configuration
from stage3c.readers.plan import read_plan

ROOT = Path(__file__).parents[1]
SECONDS_MAX = 5.0
VALUES: list[Any] = [
    *(
        None,
        True,
        False,
        0,
        -1,
        1,
        65536,
        10**30,
        1.5,
        float("inf"),
        "",
        " ",
        "a",
        "A" * 300,
        "*",
        "**",
        "${",
        "${var.x}",
        "%{ if",
        "\x00",
    ),
    *(
        "«x»",
        "\u202e",
        "ünï",
        "-",
        "_",
        "0.0.0.0/0",
        "10.0.0.0/33",
        "::/0",
        "arn:aws:iam::1:role/x",
        "arn:",
        "200-299-300",
        "../../etc",
    ),
    *(
        "!!python/object:x",
        "&a",
        "*a",
        "{",
        "[",
        "\n",
        "null",
        "yes",
        "2026-02-30",
        "rate(0 minutes)",
        "cron(",
        "1e400",
        "0x10",
        "x y",
    ),
    *([], {}, [[]], [{}], {"": {}}, {"a": None}, [None], ["a"] * 200, {"a": {"b": {"c": {"d": []}}}}),
]
WORDS = [
    "for_each",
    "count",
    "each.key",
    "self",
    "null",
    "[",
    "]",
    "{",
    "}",
    '"',
    "=",
    "<<EOT",
    "${",
    "}",
    "var.x",
    "module.m",
    "data",
    "\x00",
    "1e999",
]


@dataclass(slots=True)
class Tally:
    """How one kind of input went."""

    count: int = 0
    clean: int = 0
    codes: set[str] = field(default_factory=set)
    slowest: tuple[float, int] = (0.0, -1)
    failed: list[str] = field(default_factory=list)


def main() -> None:
    """Break, judge, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for kind, count in (("specs", 20_000), ("folders", 500), ("plans", 500)):
        parser.add_argument(f"--{kind}", type=int, default=count, help=f"how many {kind} (default: {count})")
    parser.add_argument("--seed", type=int, default=0, help="seed (default: 0)")
    parser.add_argument("--only", type=int, help="only the input of this number, of the kinds with a count")
    given = parser.parse_args()
    kinds: dict[str, Callable[[random.Random], list[Diagnostic]]] = {
        "specs": a_spec,
        "folders": a_folder,
        "plans": a_plan,
    }
    failed = False
    for kind, judge in kinds.items():
        count = getattr(given, kind)
        numbers = range(count) if given.only is None else range(given.only, given.only + 1) if count else range(0)
        tally = run(judge, numbers, f"{given.seed}-{kind}")
        failed = failed or bool(tally.failed)
        print(
            f"{kind}: {tally.count} judged, {tally.clean} without an error, {len(tally.codes)} different codes, "
            f"slowest {tally.slowest[0]:.1f} s (number {tally.slowest[1]}), {len(tally.failed)} failed"
        )
        print("\n".join(tally.failed[:20]), end="\n" if tally.failed else "", flush=True)
    sys.exit(1 if failed else 0)


def run(judge: Callable[[random.Random], list[Diagnostic]], numbers: range, seed: str) -> Tally:
    """Judge inputs by their numbers; each has a random source of its own."""
    tally = Tally()
    for number in numbers:
        start = time.process_time()
        try:
            found = judge(random.Random(f"{seed}-{number}"))  # noqa: S311 - no secret
            bugs = [f"bug: {report.as_line(bug)}" for bug in report.bugs(found)]
        except Exception:  # noqa: BLE001 - what is looked for
            found, bugs = [], [traceback.format_exc(limit=-3)]
        seconds = time.process_time() - start
        bugs += [f"{seconds:.1f} s"] if seconds > SECONDS_MAX else []
        tally.failed += [f"number {number}: {bug}" for bug in bugs]
        tally.count += 1
        tally.clean += not any(each.severity == "error" for each in found)
        tally.codes |= {each.code for each in found}
        tally.slowest = max(tally.slowest, (seconds, number))
    return tally


def a_spec(source: random.Random) -> list[Diagnostic]:
    """One broken spec, through all passes."""
    text = source.choice(_texts("specs", "*.yaml"))
    if source.random() < 0.6:
        document = yaml.safe_load(text)
        for _ in range(source.randint(1, 3)):
            _break_value(document, source)
        text = yaml.safe_dump(document, sort_keys=False, allow_unicode=source.random() < 0.5)
    else:
        text = broken_text(text, source)
    compiled = compile_spec(text.encode("utf-8", "surrogatepass"), "shop.yaml")
    report.as_json(list(compiled.diagnostics))
    report.as_text(list(compiled.diagnostics), {"shop.yaml": list(compiled.lines)})
    return list(compiled.diagnostics)


def a_folder(source: random.Random) -> list[Diagnostic]:
    """One broken folder of Terraform, with its modules."""
    home = source.choice(sorted({path.parent for path in (ROOT / "tests" / "stacks").glob("*/main.tf")}))
    folders: dict[str, dict[str, bytes]] = {}
    paths = [path for path in sorted(home.rglob("*")) if path.name.endswith((".tf", ".tfvars", ".json"))]
    chosen = set(source.sample(paths, min(len(paths), source.randint(1, 2))))
    for path in paths:
        text = path.read_text(encoding="utf-8")
        name = "." if path.parent == home else str(path.parent.relative_to(home))
        folders.setdefault(name, {})[path.name] = (broken_text(text, source) if path in chosen else text).encode(
            "utf-8", "surrogatepass"
        )
    reading = read_configuration(".", folders.get, (), lambda path: b"${" if "a" in path else _none(path))
    found = audit(reading)
    not_evaluated(reading)
    report.as_json(found)
    report.as_text(found, reading.lines)
    return found


def _none(path: str) -> bytes:
    raise FileNotFoundError(path)


def a_plan(source: random.Random) -> list[Diagnostic]:
    """One broken plan or state."""
    text = source.choice(_texts("tests/stacks/plans", "*.json"))
    if source.random() < 0.9:
        document = json.loads(text)
        for _ in range(source.randint(1, 5)):
            _break_value(document, source)
        text = json.dumps(document)
    else:
        text = broken_text(text, source)
    reading = read_plan(text.encode("utf-8", "surrogatepass"), "plan.json")
    found = audit(reading)
    not_evaluated(reading)
    report.as_json(found)
    return found


def _texts(folder: str, pattern: str) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted((ROOT / folder).glob(pattern))]


def broken_text(text: str, source: random.Random) -> str:
    """A text with one to three breaks."""
    for _ in range(source.randint(1, 3)):
        lines = text.split("\n")
        at = source.randrange(len(lines))
        match source.randrange(8):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[at])
            case 2:
                lines.insert(source.randrange(len(lines)), lines.pop(at))
            case 3:
                lines[at] = "  " + lines[at] if source.random() < 0.5 else lines[at].removeprefix("  ")
            case 4:
                lines = lines[:at]
            case 5:
                lines[at] = lines[at].replace("=", "= " + _written(source) + " #", 1)
            case 6:
                lines[at] = lines[at][: source.randrange(len(lines[at]) + 1)] + source.choice(WORDS)
            case _:
                lines[at] = " ".join(source.choice([word, source.choice(WORDS)]) for word in lines[at].split(" "))
        text = "\n".join(lines)
    return text


def _written(source: random.Random) -> str:
    value = source.choice(VALUES)
    return json.dumps(value) if source.random() < 0.7 else str(value)


def _break_value(document: Any, source: random.Random) -> None:
    """Replace, drop, double or rename one value, anywhere in a document."""
    places = list(_places(document))
    if not places:
        return
    home, key = source.choice(places)
    match source.randrange(6):
        case 0:
            del home[key]
        case 1:
            other_home, other_key = source.choice(places)
            home[key] = json.loads(json.dumps(other_home[other_key]))
        case 2 if isinstance(home, dict):
            home[source.choice(["", "x", "name", "A" * 200, "${a}", "ü", f"{key}s", f"{key}_"])] = home.pop(key)
        case 3 if isinstance(home, list):
            home.insert(0, home[key])
        case _:
            home[key] = json.loads(json.dumps(source.choice(VALUES)))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    waiting = [value]
    while waiting:
        here = waiting.pop()
        keys = list(here) if isinstance(here, dict) else list(range(len(here))) if isinstance(here, list) else []
        for key in keys:
            yield here, key
            waiting.append(here[key])


if __name__ == "__main__":
    main()
