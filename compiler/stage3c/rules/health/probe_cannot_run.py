"""Container health check command is malformed."""

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from typing import Final

from stage3c.diagnostics import Finding, Severity, clip
from stage3c.graph import Graph, items
from stage3c.rules.rule import Rule, at
from stage3c.views.tasks import containers
from stage3c.wording import misspelt

_PROGRAMS: Final = (
    "curl", "wget", "python", "python3", "node", "pg_isready", "mysqladmin", "redis-cli", "nc", "grpc_health_probe",
)  # fmt: skip
_TAKES_A_VALUE: Final = {
    "curl": frozenset({
        "--output", "-o", "--max-time", "-m", "--connect-timeout", "--header", "-H", "--request", "-X", "--retry",
        "--retry-delay", "--user-agent", "-A", "--user", "-u", "--data", "-d", "--write-out", "-w", "--unix-socket", "--cacert",
    }),
    "wget": frozenset({
        "-O", "--output-document", "-o", "--output-file", "-T", "--timeout", "-t", "--tries", "--header", "-U", "--user-agent",
        "--post-data",
    }),
}  # fmt: skip
_SWITCHES: Final = {
    "curl": frozenset({
        "--globoff", "-g", "--fail", "-f", "--silent", "-s", "--show-error", "-S", "--insecure", "-k", "--location", "-L",
        "--head", "-I",
    }),
    "wget": frozenset({"-q", "--quiet", "--spider", "--no-verbose", "-nv", "--no-check-certificate", "-S"}),
}  # fmt: skip
_FAILS: Final = re.compile(r"--fail(?:-with-body)?|-[gsSkLIv46]{0,8}f.*", re.DOTALL)
_INLINE: Final = {"python": "-c", "python3": "-c", "node": "-e"}
_EXAMPLES: Final = {
    "-c": "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/health')",
    "-e": "fetch('http://127.0.0.1:8080/health').then(r => process.exit(r.ok ? 0 : 1))",
}
_NUMERIC: Final = ("--max-time", "-m", "--connect-timeout", "--retry", "-T", "--timeout", "-t", "--tries")
_PASSES: Final = re.compile(r"(?:CMD|CMD-SHELL) (?:true|exit 0|:|(?:/bin/)?echo [^|&;]*|ls|/bin/true|ps|date|whoami)")
_PAIRS: Final = {"(": ")", "[": "]", "{": "}"}
_SHORT_MAX: Final = 4096


def check(graph: Graph) -> Iterator[Finding]:
    """Check commands of the form CMD whose words are all known; shell commands and other programs are skipped."""
    for task, container in containers(graph):
        for settings in container.health_checks:
            words = items(settings.get("command"))
            texts = [word for word in words if isinstance(word, str)]
            if len(texts) == len(words) and _PASSES.fullmatch(" ".join(texts)):
                yield at(
                    task,
                    f'has a health check in container "{container.label}" that always passes',
                    "request a page of the application in it",
                )
            elif len(texts) == len(words) > 1 and texts[0] == "CMD":
                for fault, fix in _faults(texts[1], texts[2:]):
                    yield at(task, f'has a health check in container "{container.label}" {fault}', fix)


def _faults(program: str, words: Sequence[str]) -> Iterator[tuple[str, str]]:
    near = misspelt(program, _PROGRAMS) if program not in _PROGRAMS else None
    if program.startswith("-"):
        yield f'that starts with the option "{clip(program)}" and not with a program', 'write ["CMD", "curl", …]'
    elif near:
        yield f'that starts with "{clip(program)}"', f'write "{near}"'
    if program in _SWITCHES:
        yield from _faults_of_client(program, words)
    if program in _INLINE:
        yield from _faults_of_script(program, words)


def _faults_of_client(program: str, words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The options of curl and wget, and that one address is left."""
    valued, addresses = _TAKES_A_VALUE[program], []
    waiting = iter(words)
    for word in waiting:
        option, value = _option(program, word)
        if option in valued:
            value = next(waiting, None) if value is None else value
            if value is None:
                yield f"whose option {option} has no value", f'write for example "{option}", "5"'
            elif option in _NUMERIC and not value.replace(".", "", 1).isdigit():
                yield f'whose option {option} has the value "{clip(value)}"', f'write for example "{option}", "5"'
        elif word.startswith("--"):
            near = misspelt(option, valued | _SWITCHES[program])
            if option not in _SWITCHES[program] and near:
                yield f'with the option "{clip(option)}"', f'write "{near}"'
        elif not word.startswith("-"):
            addresses.append(word)
    strange = [word for word in addresses if not word.startswith(("http://", "https://", "localhost", "127.0.0.1"))]
    if len(addresses) != 1 or strange:
        asked = f'that requests "{clip(strange[0])}"' if strange else f"with {len(addresses)} URLs"
        yield asked, "give it one URL, such as http://127.0.0.1:8080/health"
    if program == "curl" and not any(_FAILS.fullmatch(word) for word in words):
        yield "with curl, which also succeeds when the answer is an error", 'add "--fail"'


def _option(program: str, word: str) -> tuple[str, str | None]:
    """An option, and its value where both are one word: `-T5`, `-qO-`; `--tries=1` of wget, which curl does not know."""
    if word.startswith("--"):
        name, sign, value = word.partition("=") if program == "wget" else (word, "", "")
        return name, value if sign else None
    for position, letter in enumerate(word[1:], 2) if word.startswith("-") else ():
        if f"-{letter}" in _TAKES_A_VALUE[program]:
            return f"-{letter}", word[position:] or None
    return word, None


def _faults_of_script(program: str, words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """A script inside the command: there is one, and it is complete."""
    option = _INLINE[program]
    example = f'write for example ["CMD", "{program}", "{option}", "{_EXAMPLES[option]}"]'
    if option not in words:
        near = next((word for word in words if word.startswith(option) and len(word) <= len(option) + 1), None)
        if near or not words or (len(words) == 1 and ("(" in words[0] or words[0] == option)):
            yield f"that gives {program} a script without {option}", f'write ["CMD", "{program}", "{option}", "…"]'
        return
    script = next(iter(words[words.index(option) + 1 :]), None)
    if script is None:
        yield f"whose option {option} has no script", example
    elif len(script) <= _SHORT_MAX and not (_is_closed(script) if program == "node" else _is_python(script)):
        yield f"whose {program} script has a syntax error", example


def _is_python(script: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(script)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _is_closed(script: str) -> bool:
    """Brackets that match outside of quotes, and no name straight after the last of them."""
    waiting, quote, previous = [], "", ""
    for character in script:
        if quote:
            quote = "" if character == quote and previous != "\\" else quote
        elif character in "\"'`":
            quote = character
        elif character in _PAIRS:
            waiting.append(_PAIRS[character])
        elif character in _PAIRS.values():
            if not waiting or waiting.pop() != character:
                return False
        elif previous == ")" and character.isalpha() and not waiting:
            return False
        previous = character
    return not waiting and not quote


RULE = Rule(
    id="HLT260",
    scope="terraform",
    title="Container health check command is malformed",
    what="The command of a container health check has a misspelt program or option, no address, or a script with a syntax error.",
    why="The check fails in a healthy container, and ECS keeps replacing the task; or the check never fails.",
    fix='Write for example `["CMD", "curl", "--fail", "http://127.0.0.1:8080/health"]`.',
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html (2026-11-23)",
    severity=Severity.WARNING,  # the program may exist, with almost the name of a known one
    bad_terraform="""\
resource "aws_ecs_task_definition" "web" {
  family                   = "shop-web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.execution.arn
  container_definitions = jsonencode([{
    name         = "web"
    image        = "public.ecr.aws/nginx/nginx:1.27"
    portMappings = [{ containerPort = 8080 }]
    healthCheck  = { command = ["CMD", "curl", "--fial", "http://127.0.0.1:8080/"] }
  }])
}
""",
    check_graph=check,
)
