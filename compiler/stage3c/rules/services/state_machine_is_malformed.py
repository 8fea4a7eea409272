"""State machine definition is malformed."""

from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.diagnostics import Finding, clip
from stage3c.graph import Graph, Value, blocks, document, number
from stage3c.rules.rule import Rule, at
from stage3c.wording import listed, nearest

_TYPES: Final = ("Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map")
_ENDS: Final = ("Succeed", "Fail", "Choice")
_LEAST: Final = {"IntervalSeconds": 1, "MaxAttempts": 0, "BackoffRate": 1}


def check(graph: Graph) -> Iterator[Finding]:
    """Read each definition as Amazon States Language; what is not known is passed over."""
    for machine in graph.of_type("aws_sfn_state_machine"):
        for body in blocks(document(machine.attributes.get("definition"))):
            states = body.get("States")
            if states is None or (isinstance(states, Mapping) and not states):
                yield at(machine, "has a definition without States", 'add States = { Start = { Type = "Task" … } }')
            elif isinstance(states, Mapping):
                for fault, fix in _faults(body.get("StartAt"), states):
                    yield at(machine, fault, fix)


def _faults(start: Value, states: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    if start is None or (isinstance(start, str) and start not in states):
        yield (
            f'has StartAt "{clip(str(start or ""))}", which is no state of it',
            f'set StartAt = "{clip(next(iter(states)))}"',
        )
    for name, state in states.items():
        if not isinstance(state, Mapping):
            continue
        yield from _faults_of_state(clip(name), state, states)
        for retry in blocks(state.get("Retry")):
            if retry.get("ErrorEquals") is None:
                yield f'has a Retry without ErrorEquals in state "{clip(name)}"', 'set ErrorEquals = ["States.ALL"]'
            for key, least in _LEAST.items():
                given = number(retry.get(key))
                if given is not None and given < least:
                    yield (
                        f'has {key} {given} in state "{clip(name)}"; it must be {least} or more',
                        f"set {key} = {least}",
                    )


def _faults_of_state(name: str, state: Mapping[str, Value], states: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    kind, following = state.get("Type"), state.get("Next")
    if kind is None or (isinstance(kind, str) and kind not in _TYPES):
        near = nearest(str(kind), _TYPES) or "Task"
        yield (
            f'has Type "{clip(str(kind or ""))}" in state "{name}"; there are {listed(_TYPES)}',
            f'set Type = "{near}"',
        )
    if kind == "Task" and state.get("Resource") is None:
        yield f'has no Resource in task "{name}"', "set Resource to the ARN of what it runs"
    if isinstance(following, str) and following not in states:
        yield (
            f'has Next "{clip(following)}" in state "{name}", which is no state of it',
            f'set Next = "{clip(nearest(following, states) or next(iter(states)))}"',
        )
    if kind not in _ENDS and following is None and state.get("End") in (None, False):
        yield f'has neither Next nor End in state "{name}"', "set End = true"


RULE = Rule(
    id="SVC260",
    scope="terraform",
    title="State machine definition is malformed",
    what="A Step Functions definition has an unknown start, a state without type, resource or end, or a retry out of bounds.",
    why="Step Functions rejects it at apply: InvalidDefinition.",
    fix="Set `StartAt` and each `Next` to the name of a state, and `End = true` in the last one.",
    source="https://states-language.net/spec.html (2026-11-28)",
    bad_terraform="""\
resource "aws_sfn_state_machine" "redeploy" {
  name     = "shop-redeploy"
  role_arn = aws_iam_role.execution.arn
  definition = jsonencode({
    StartAt = "Deploy"
    States  = { Redeploy = { Type = "Wait", Seconds = 5, End = true } }
  })
}
""",
    check_graph=check,
)
