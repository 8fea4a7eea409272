"""Reference to the wrong kind of resource."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Ref, Value, blocks, items
from stage3c.rules.rule import Rule, at
from stage3c.wording import listed


def check(graph: Graph) -> Iterator[Finding]:
    """Look up every argument of `facts/references.json`; a value that is no plain reference is passed over."""
    facts = load("references")
    for kind, rows in facts["targets"].items():
        for resource in graph.of_type(kind):
            for path, wanted in rows.items():
                for value in _ends([resource.attributes], path.split(".")):
                    fault = _fault(graph, value, wanted, facts["attributes"])
                    if fault:
                        yield at(resource, f"has {path} = {value}; {fault[0]}", fault[1])


def _ends(here: Sequence[Value], path: Sequence[str]) -> list[Value]:
    for key in path:
        here = [inner for value in here for block in blocks(value) for inner in items(block.get(key))]
    return list(here)


def _fault(graph: Graph, value: Value, wanted: Sequence[str], attributes: Sequence[str]) -> tuple[str, str] | None:
    """What is wrong with a reference to `aws_x.y.id` where a row wants `aws_z.arn`."""
    target = graph.target(value)
    if target is None or not isinstance(value, Ref) or value.attribute not in attributes or target.mode != "resource":
        return None
    if not target.type.startswith("aws_") or f"{target.type}.{value.attribute}" in wanted:
        return None
    if any(fnmatchcase(target.type, each) for each in wanted):  # "aws_x_*": settings of an x, which repeat its name
        return None
    kinds = [each.partition(".")[0] for each in wanted if not each.endswith("*")]
    example = f"{kinds[0]}.NAME.{wanted[0].partition('.')[2] or 'id'}"
    if target.type in kinds:
        allowed = [each.partition(".")[2] for each in wanted if each.startswith(f"{target.type}.")]
        return f"it needs {listed(allowed)}", f"use {target.address}.{allowed[0]}"
    return f"it needs a resource of type {listed(list(dict.fromkeys(kinds)))}", f"use {example}"


RULE = Rule(
    id="LIM231",
    scope="terraform",
    title="Reference to the wrong kind of resource",
    what="An argument has the id, ARN or name of a resource of another type, or the wrong one of the three.",
    why="AWS rejects it at apply: the resource that it names does not exist.",
    fix="Write the reference that the finding names.",
    source="facts/references.json",
    bad_terraform="""\
resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.arn
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}
""",
    check_graph=check,
)
