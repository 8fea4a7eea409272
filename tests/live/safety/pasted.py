"""The commands that are printed, read out of the text and carried out as a shell would: none may miss a word.

`stage3c` runs in this process, `aws` by boto3's own model of each command; `terraform` is checked for its folder alone.
"""

import json
import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from botocore import xform_name
from msgspec import Struct

from tests.live.safety.account import World
from tests.live.safety.command import run

_START = re.compile(r"(?<![\w./-])(stage3c|aws|terraform) (?=[a-z0-9-]+)")
_STAGE3C = {"adopt", "cleanup", "preflight", "build", "bootstrap", "validate"}
_TERRAFORM = {"apply", "destroy", "force-unlock", "init", "plan", "state", "import", "-chdir"}
_PLACEHOLDER = re.compile(r"^(SPEC|FILE|ADDRESS|ID|NAME|OLD|NEW|REGION|BUCKET|KEY|VERSION|<.*>|\.\.\.|…)$")
_GLOBAL = {"iam", "route53", "budgets", "s3", "s3api"}
"""Services that have one endpoint, or whose region the bucket's name leads to."""


class Printed(Struct, frozen=True):
    """One command in a text, by its words, and the line that it stands on."""

    words: tuple[str, ...]
    line: str

    @property
    def tool(self) -> str:
        return self.words[0]


def printed(text: str) -> list[Printed]:
    """All commands of a text; where prose goes on after one, it ends."""
    found = []
    for line in text.splitlines():
        if line.strip().startswith("cause: "):  # what fails may be named there; what is to be done is not
            continue
        for start in _START.finditer(line):
            words = tuple(_words(line[start.start() :]))
            if _is_command(words):
                found.append(Printed(words, line.strip()))
    return found


def _is_command(words: Sequence[str]) -> bool:
    if len(words) < 2:
        return False
    if words[0] == "stage3c":
        return words[1] in _STAGE3C
    if words[0] == "terraform":
        return words[1].partition("=")[0] in _TERRAFORM
    return len(words) > 2 and (words[2].startswith("-") or words[1] != "sso")


def _words(text: str) -> Iterator[str]:
    """Words as a shell takes them; after the verb, options with their values, and what looks like a file or an id."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars=";()&|")
    lexer.whitespace_split = True
    lexer.commenters = ""
    expects = 0
    try:
        for place, raw in enumerate(lexer):
            if raw in (";", "(", ")", "&", "&&", "|"):
                return
            ends = raw.endswith((",", ":")) and not raw.startswith("{")
            word = raw.rstrip(",:") if ends else raw
            verb = place < (3 if text.startswith("aws") else 2)
            if not verb and not expects and not word.startswith("-") and not _is_operand(word):
                return
            expects = int(word.startswith("--") and "=" not in word)
            yield word.rstrip(".") if word.endswith(".") and not word.startswith("{") else word
            if ends:
                return
    except ValueError:  # an apostrophe of prose
        return


def _is_operand(word: str) -> bool:
    return bool(_PLACEHOLDER.match(word)) or "/" in word or word.endswith((".yaml", ".yml", ".json")) or "-" in word[1:]


def faults(command: Printed) -> list[str]:
    """What is missing for it to be pasted."""
    told = [f"a placeholder: {word}" for word in command.words if _PLACEHOLDER.match(word)]
    if command.tool == "stage3c":
        spec = command.words[2] if len(command.words) > 2 else ""
        if not Path(spec).is_file():
            told.append(f"no spec: {spec or 'nothing'}")
        elif "environments:" in Path(spec).read_text(encoding="utf-8") and "--env" not in command.words:
            told.append("no --env")
    if command.tool == "aws" and command.words[1] not in _GLOBAL and "--region" not in command.words:
        told.append("no --region")
    if command.tool == "terraform" and not any(word.startswith("-chdir=") for word in command.words):
        told.append("no folder" if "cd " not in command.line.partition("terraform")[0] else "")
    return [f"{' '.join(command.words)}: {each}" for each in told if each]


def paste(world: World, text: str, folder: Path) -> list[Printed]:
    """Carry out everything that a text prints, in its order; what is not complete, or refused by its model, fails."""
    commands = printed(text)
    for command in commands:
        assert not faults(command), faults(command)
        if command.tool == "stage3c":
            typed = ("--out", str(folder)) if command.words[1] in ("adopt", "build", "bootstrap") else ()
            done = run((*command.words[1:], *(() if "--out" in command.words else typed)))
            assert done.code != 2, f"{command.words}: {done.said}"
        if command.tool == "aws":
            aws(world, command.words[1:])
    return commands


def aws(world: World, words: Sequence[str]) -> Any:
    """One command of the AWS CLI."""
    if words[0] == "s3" and words[1] == "rm":
        bucket, _, key = words[2].removeprefix("s3://").partition("/")
        return world.client("s3").delete_object(Bucket=bucket, Key=key)
    service, verb = {"s3api": "s3"}.get(words[0], words[0]), words[1]
    if verb == "wait":
        return None
    client = world.client(service)
    operation = client.meta.method_to_api_mapping[verb.replace("-", "_")]
    shape = client.meta.service_model.operation_model(operation).input_shape
    given = dict(_options(words[2:]))
    asked = {}
    for option, value in given.items():
        if option in ("region", "output", "query"):
            continue
        member = next((each for each in shape.members if xform_name(each, "-") == option), None)
        assert member, f"{' '.join(words)}: {operation} knows no --{option}"
        asked[member] = _read(shape.members[member].type_name, value)
    missing = [each for each in shape.required_members if each not in asked]
    assert not missing, f"{' '.join(words)}: {operation} needs {missing}"
    return getattr(client, verb.replace("-", "_"))(**asked)


def _read(kind: str, values: list[str]) -> Any:
    """A value by its type: JSON or the shorthand Key=Value,…; a flag has none."""
    if kind == "boolean":
        return True
    if kind == "list":
        return json.loads(values[0]) if values[0].startswith("[") else values
    (value,) = values
    if kind == "integer":
        return int(value)
    if kind not in {"structure", "map"}:
        return value
    if value.startswith("{"):
        return json.loads(value)
    pairs = (pair.partition("=") for pair in value.split(","))
    return {name: {"true": True, "false": False}.get(text, text) for name, _, text in pairs}


def _options(words: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    name, values = "", list[str]()
    for word in words:
        if word.startswith("--"):
            if name:
                yield name, values
            name, values = word.removeprefix("--"), []
        else:
            values.append(word)
    if name:
        yield name, values
