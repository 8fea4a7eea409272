"""The way of one spec, pass by pass: bytes -> document -> environments -> stack -> rules -> graph -> rules.

Reads as a table of contents. Does no I/O and no synthesis; whoever wants Terraform JSON hands the graph to `synth`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import PurePath
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from stage3c.diagnostics import Diagnostic, Fault, Finding, clip, has_errors, in_order
from stage3c.disclosure import NOTHING, Hidden
from stage3c.graph import Graph
from stage3c.language.environments import environments, unknown_environment
from stage3c.language.model.stack import Ignore, Stack
from stage3c.language.privacy import without_secrets, without_values
from stage3c.language.shape import Shape, shape
from stage3c.language.source import Document, read
from stage3c.resources.load_balancers import Kept
from stage3c.resources.stack import compile_stack, state_region
from stage3c.rules import catalogue, diagnosed, diagnostic_of, rules_of_specs
from stage3c.rules.asking import ask_about_graph, ask_about_spec
from stage3c.rules.balancing.priority_facts import priority_faults
from stage3c.rules.names.names_collide import account_names
from stage3c.rules.rule import Rule


class Build(Struct, frozen=True):
    """One environment of a spec on its way: what is known of it so far, and what was found."""

    document: Document
    environment: str
    stack_name: str
    shape: Shape | None = None
    graph: Graph | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    silenced: frozenset[int] = frozenset()
    """Positions in `ignore` that have silenced something."""
    hidden: Hidden = NOTHING
    kept: Kept = field(default_factory=dict)
    """Priorities that the previous build of this stack chose."""

    @property
    def stack(self) -> Stack:
        """The model; only passes that come after `read_shape` ask for it."""
        assert self.shape is not None
        assert self.shape.stack is not None
        return self.shape.stack

    def found(self, diagnostics: Iterable[Diagnostic]) -> "Build":
        """The same with more findings."""
        return replace(self, diagnostics=(*self.diagnostics, *diagnostics))


class Compilation(Struct, frozen=True):
    """All environments of one spec that were asked for."""

    builds: tuple[Build, ...]
    diagnostics: tuple[Diagnostic, ...]
    lines: tuple[str, ...]
    """Without the values that may be secrets."""
    hidden: Hidden = NOTHING

    @property
    def failed(self) -> bool:
        """Tell whether anything forbids to build."""
        return has_errors(self.diagnostics)


def compile_spec(
    data: bytes, file: str, environment: str | None = None, kept: Callable[[str], Kept] = lambda _: {}
) -> Compilation:
    """Take a spec through all passes, every environment of it or the one that is named.

    `kept` returns what the previous build of a stack, by its name, chose by itself.
    """
    document, faults = read(data, file)
    if document is None:
        found = in_order(map(diagnosed, faults))
        texts = data.decode("utf-8", "replace").splitlines()[:10_000]
        return Compilation((), tuple(found), without_values(texts))
    documents, faults = environments(document)
    if environment is not None and environment not in documents and documents:
        faults.append(unknown_environment(document, environment, list(documents)))
    several = len(documents) > 1
    stem = PurePath(file).stem
    named = {name: f"{stem}-{name}" if several else stem for name in documents if environment in (None, name)}
    builds = [judge(Build(documents[name], name, called, kept=kept(called))) for name, called in named.items()]
    everything = [*map(diagnosed, faults), *(diagnostic for build in builds for diagnostic in build.diagnostics)]
    shown, lines, hidden = without_secrets(document, everything)
    builds = [replace(build, hidden=hidden) for build in builds]
    return Compilation(tuple(builds), tuple(in_order(shown)), lines, hidden)


def clashes(builds: Sequence[Build]) -> list[Diagnostic]:
    """Stacks that would overwrite each other's output or share one state, or look for one bucket in two places."""
    faults: list[Fault] = []
    compiled = [build for build in builds if build.graph is not None and build.graph.backend is not None]
    seen: dict[tuple[str, ...], Build] = {}
    seen_names: dict[tuple[str, ...], Build] = {}
    for made in compiled:
        backend = made.graph.backend if made.graph and made.graph.backend else {}
        bucket = str(backend["bucket"])
        for claim in _claims(made, bucket, str(backend["key"])):
            other = seen.setdefault(claim, made)
            if other is not made:
                claimed = f"the same {claim[0]}: {'/'.join(filter(None, claim[1:]))}"
                cause = f"{made.stack_name} and {other.stack_name} of {other.document.file} have {claimed}."
                fix = "rename the file, or write another project, environment or state.key."
                faults.append(Fault("STA110", cause, fix, made.document.span(("project",)), ("project",)))
        faults += _name_clashes(made, seen_names)
        other = seen.setdefault(("bucket", bucket), made)
        here, there = state_region(made.stack), state_region(other.stack)
        if here != there:
            cause = f"{made.stack_name} has bucket {bucket} in {here}, but {other.stack_name} has it in {there}."
            fix = f"write `region: {there}` in state, or another bucket."
            path = ("state", "bucket")
            faults.append(Fault("STA111", cause, fix, made.document.span(path), path))
    return [diagnosed(fault) for fault in faults]


def _name_clashes(made: Build, seen: dict[tuple[str, ...], Build]) -> Iterator[Fault]:
    """One finding for each other stack that would give a resource the same name; stacks of one name clash anyway."""
    told: dict[str, list[str]] = {}
    graph = made.graph
    for scope, _, limit in account_names(graph) if graph else ():
        place = made.stack.region if "region" in limit.unique_within else ""
        other = seen.setdefault((made.stack.account or "", place, *scope), made)
        if other.stack_name != made.stack_name and other.stack.name != made.stack.name:
            told.setdefault(other.stack_name, []).append(f"{limit.type} {scope[2]}")
    for other_name, names in told.items():
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        cause = f"{made.stack_name} and {other_name} both have {names[0]}{more}."
        plain = made.stack.environment.replace("-", "")
        fix = f"write `environment: {plain if plain != made.stack.environment else f'{plain}2'}`."
        yield Fault("STA110", cause, fix, made.document.span(("environment",)), ("environment",))


def _claims(made: Build, bucket: str, key: str) -> Iterator[tuple[str, ...]]:
    """What no other stack may have: its folder, its names in AWS, its state, and what Terraform keeps beside the state.

    https://developer.hashicorp.com/terraform/language/backend/s3 (2026-11-24): the lock file, and the digest's item.
    """
    yield "folder", made.stack_name
    yield "name in AWS", made.stack.account or "", made.stack.region, made.stack.name
    yield from (("state", bucket, f"{key}{beside}") for beside in ("", ".tflock", "-md5"))


def judge(build: Build) -> Build:
    """Run the passes in order; one that cannot go on for lack of a model or a graph leaves the build as it is."""
    for step in PASSES:
        build = step(build)
    return build


def read_shape(build: Build) -> Build:
    """The document against the spec language."""
    result = shape(build.document)
    return replace(build, shape=result).found(map(diagnosed, result.faults))


def judge_spec(build: Build) -> Build:
    """The rules that look at the spec; where it was repaired, only at the rest of it."""
    if build.shape is None or build.shape.stack is None:
        return build
    doubts = build.shape.doubts
    answers = ask_about_spec(rules_of_specs().values(), build.stack)
    found = ((rule, finding) for rule, finding in answers.found if not doubts(finding.path))
    return _accepting(build, found).found(answers.failed)


def make_graph(build: Build) -> Build:
    """The resources, where the spec is without errors."""
    return build if has_errors(build.diagnostics) else replace(build, graph=compile_stack(build.stack, build.kept))


def judge_graph(build: Build) -> Build:
    """The rules that look at the resources."""
    graph = build.graph
    if graph is None:
        return build
    answers = ask_about_graph(rules_of_specs().values(), graph)
    late = ((rules_of_specs()[code], finding) for code, finding in priority_faults(build.stack, graph))
    return _accepting(build, (*answers.found, *late)).found(answers.failed)


def find_idle_ignores(build: Build) -> Build:
    """An ignore that silences nothing is a finding itself, unless errors kept some rules from looking."""
    if build.shape is None or build.shape.stack is None or has_errors(build.diagnostics):
        return build
    idle = (position for position in range(len(build.stack.ignore)) if position not in build.silenced)
    return build.found(_idle_ignore(build.document, position, build.stack.ignore[position]) for position in idle)


def _accepting(build: Build, found: Iterable[tuple[Rule, Finding]]) -> Build:
    """Add the findings that the spec does not ignore; what nothing can be built with is never ignored."""
    kept: list[Diagnostic] = []
    silenced: set[int] = set(build.silenced)
    for rule, finding in found:
        diagnostic = diagnostic_of(rule, finding, build.document.span(finding.path))
        hits = {n for n, ignore in enumerate(build.stack.ignore) if not rule.essential and _covers(ignore, diagnostic)}
        silenced |= hits
        if not hits:
            kept.append(diagnostic)
    return replace(build.found(kept), silenced=frozenset(silenced))


def _covers(ignore: Ignore, diagnostic: Diagnostic) -> bool:
    path = diagnostic.spec_path
    return ignore.rule == diagnostic.code and (
        path == ignore.path or path.startswith((f"{ignore.path}.", f"{ignore.path}["))
    )


def _idle_ignore(document: Document, position: int, ignore: Ignore) -> Diagnostic:
    at = ("ignore", position)
    rule = catalogue().get(ignore.rule)
    why = (
        "cannot be ignored, because nothing can be built with it" if rule and rule.essential else "has no finding there"
    )
    cause = f"ignore[{position}]: {clip(ignore.rule, 20)} at {clip(ignore.path)} {why}."
    return diagnosed(Fault("SPEC109", cause, "remove this entry.", document.span(at), at))


PASSES: Final[Sequence[Callable[[Build], Build]]] = (
    read_shape,
    judge_spec,
    make_graph,
    judge_graph,
    find_idle_ignores,
)
