"""A folder of Terraform as a graph: `.tf` and `.tf.json`, local modules, variables with their files.

Owns the way from files to a graph. What cannot be known without AWS is unknown, and no file is opened here.
"""

import json
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from stage3c.diagnostics import Fault, Span, clip
from stage3c.disclosure import Hidden, without
from stage3c.graph import Graph, Output, Resource, Value
from stage3c.readers.aliases import of_real_type
from stage3c.readers.bodies import attributes_of, blocks_of
from stage3c.readers.dangling import dangling
from stage3c.readers.declarations import Declarations, read_file
from stage3c.readers.evaluate import evaluate
from stage3c.readers.frames import Module, suffix
from stage3c.readers.local_files import LocalFiles
from stage3c.readers.lookups import without_lookups
from stage3c.readers.nodes import Block
from stage3c.readers.provider_names import local_name, own_name
from stage3c.readers.reading import Folder, Open, OpenFile, Reading, no_files
from stage3c.readers.results import Result, Scope, TooLarge, settled
from stage3c.readers.secrets import secrets_in, shown
from stage3c.readers.world import AUDIT_THE_PLAN, World
from stage3c.wording import listed

_SUGGESTED_MAX: Final = 6


def read_configuration(
    root: str, open_folder: Open, var_files: Sequence[str] = (), open_file: OpenFile = no_files
) -> Reading:
    """Read the configuration in a folder; its variables come from its own files and from `var_files`, later ones win."""
    world = World(open_folder, root, LocalFiles(open_file))
    try:
        return _without_secrets(_read(world, root, var_files), world.secrets)
    except (TooLarge, RecursionError) as error:
        reason = str(error) or "the expressions are too large or too deeply nested to evaluate"
        world.say("AUD105", f"{reason}; nothing was checked.", AUDIT_THE_PLAN, Span(root))
        return _without_secrets(Reading(None, tuple(world.faults), world.lines), world.secrets)


def _without_secrets(reading: Reading, sensitive: set[str]) -> Reading:
    """What was read, with nothing secret in findings and lines; a line of a sensitive default is known by its text."""
    hidden = Hidden(frozenset(sensitive)).and_also(secrets_in(reading.graph) if reading.graph else ())
    lines = {file: shown(texts, hidden) for file, texts in reading.lines.items()}
    return replace(reading, faults=without(reading.faults, hidden), lines=lines, hidden=hidden)


def _installed(root: str, files: Folder) -> Iterator[tuple[str, str]]:
    """The modules that terraform init has fetched, by key: `{"Modules": [{"Key": "vpc", "Dir": ".terraform/modules/vpc"}]}`."""
    try:
        listed = json.loads(files.get("modules.json", b"{}"))["Modules"]
        for each in listed:
            if isinstance(each["Key"], str) and isinstance(each["Dir"], str):
                yield each["Key"], posixpath.normpath(posixpath.join(root, each["Dir"]))
    except (ValueError, RecursionError, KeyError, TypeError):
        return


def _read(world: World, root: str, var_files: Sequence[str]) -> Reading:
    world.installed = dict(
        _installed(root, world.open_folder(posixpath.normpath(posixpath.join(root, ".terraform/modules"))) or {})
    )
    declared = world.folder(root)
    if declared is None or not (declared.lines or declared.faults):
        cause = f"{root} has no .tf or .tf.json files."
        fix = "use the path of a folder with Terraform files, or the output of terraform show -json."
        return Reading(None, (Fault("AUD102", cause, fix, Span(root)),))
    module = Module(world, "", root, declared, {}, (root,))
    files = world.open_folder(root) or {}
    module.inputs = dict(_inputs(module, files, root, var_files))
    _say_unset(module, files)
    return Reading(_graph(module), tuple(world.faults), world.lines)


def _inputs(module: Module, files: Folder, root: str, var_files: Sequence[str]) -> Iterator[tuple[str, "_Fixed"]]:
    """What the variable files say, in Terraform's order.

    https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence (2026-11-24)
    """
    automatic = sorted(name for name in files if name.endswith((".auto.tfvars", ".auto.tfvars.json")))
    own = [name for name in ("terraform.tfvars", "terraform.tfvars.json", *automatic) if name in files]
    read = {posixpath.normpath(posixpath.join(root, name)): files[name] for name in own}
    for path in var_files:
        read.pop(posixpath.normpath(path), None)  # given again, it counts where it stands last
        folder, _, name = path.rpartition("/")
        found = module.world.open_folder(folder or ".") or {}
        if name in found:
            read[posixpath.normpath(path)] = found[name]
        else:
            cause, fix = (
                f"variable file {path} does not exist.",
                "use the path of a file that ends in .tfvars or .tfvars.json.",
            )
            module.world.say("AUD101", cause, fix, Span(path))
    for path, data in read.items():
        notes = Declarations()
        body = read_file(path, data, notes)
        module.world.faults += notes.faults
        for name, node in body.attributes.items() if body else ():
            yield name, _Fixed(evaluate(node, Scope(module)))


def _say_unset(module: Module, files: Folder) -> None:
    """Tell once which variables have no value: whatever comes from them is unknown."""
    unset = {
        name: block
        for name, block in module.declared.variables.items()
        if "default" not in block.body.attributes and name not in module.inputs
    }
    if not unset:
        return
    idle = [name for name in files if name.endswith((".tfvars", ".tfvars.json")) and "auto" not in name.split(".")]
    idle = [name for name in idle if not name.startswith("terraform.tfvars")]
    paths = [posixpath.normpath(posixpath.join(module.folder, name)) for name in sorted(idle)]
    given = f"--var-file {paths[0]}" if len(paths) == 1 else "--var-file FILE"
    given += f", with one of {listed(paths)}" if 1 < len(paths) <= _SUGGESTED_MAX else ""
    cause = f"{listed(sorted(unset))} {'have' if len(unset) > 1 else 'has'} no value, so whatever uses it is unknown."
    span = next(iter(unset.values())).span
    module.world.say("AUD109", cause, f"add {given}.", span)


class _Fixed:
    """A value that was read from a file."""

    def __init__(self, value: Result) -> None:
        self._value = value

    def __call__(self) -> Result:
        return self._value


def _graph(module: Module) -> Graph:
    _enlist(module)
    found: dict[str, Resource] = {}
    for resource in module.resources():
        found.setdefault(resource.address, resource)
    for name in module.declared.locals:
        module.local(name)
    for folder in tuple(module.world.folders):
        for name, near, span in dangling(folder, module.world.folders):
            fix = (
                f"write {near}, or declare {clip(name)}." if near else f"declare {clip(name)}, or remove the reference."
            )
            cause = f"{clip(name)} is not declared in this module."
            module.world.say("AUD107", cause, fix, span)
    outputs = {name: _output(module, name) for name in module.declared.outputs}
    resources = without_lookups(map(of_real_type, found.values()))
    graph = Graph.of(resources, outputs, _backend(module), list(_providers(module)), _variables(module))
    backend = next((block.span for block in module.declared.settings), None)
    provider = next((block.span for block in module.declared.providers if block.labels[0] == "aws"), None)
    return replace(graph, backend_span=backend, provider_span=provider)


def _enlist(module: Module) -> None:
    """Tell the world of every instance, so that settings can be looked up; modules before the expressions that use them."""
    for (mode, kind, name), block in sorted(module.declared.resources.items(), key=_is_repeated):
        keys = module.keys((mode, kind, name), block)
        for key in keys if keys is not None else (None,):
            prefix = "" if mode == "resource" else f"{mode}."
            full = f"{module.path}.{prefix}{kind}.{name}" if module.path else f"{prefix}{kind}.{name}"
            module.world.instances[full + suffix(key)] = (module, block, key)
    for child in _children(module):
        _enlist(child)


def _children(module: Module) -> Iterator[Module]:
    """The modules that one calls, as far as they can be read."""
    for name, block in module.declared.modules.items():
        for key in module.keys(("module", name), block) or ():
            child = module.child(block, module.called(name).instance(key).address, key)
            if child is not None:
                yield child


def _is_repeated(declared: tuple[tuple[str, str, str], Block]) -> bool:
    """Those that are there once come first: the counts of others may ask for their settings."""
    return bool({"count", "for_each"} & set(declared[1].body.attributes))


def _output(module: Module, name: str) -> Output:
    block = module.declared.outputs[name]
    description = block.body.attributes.get("description")
    text = getattr(description, "value", "")
    sensitive = block.body.attributes.get("sensitive")
    is_shown = "Call(name='nonsensitive'" in repr(block.body.attributes.get("value"))  # somebody decided that it may be
    is_open = not is_shown and (sensitive is None or getattr(sensitive, "value", True) is False)
    return Output(settled(module.output(name)), text if isinstance(text, str) else "", is_open, block.span)


def _backend(module: Module) -> Mapping[str, Value] | None:
    for block in reversed(module.declared.settings):  # an override file comes last, and wins
        for cloud in blocks_of(block.body, "cloud"):
            return {"kind": cloud.kind}
        for backend in blocks_of(block.body, "backend"):
            kind, body = (backend.labels[0], backend.body) if backend.labels else ("", backend.body)
            settings = attributes_of(body, Scope(module), "backend", kind)
            if not kind and len(settings) == 1:  # JSON: {"backend": {"s3": {…}}}
                kind, inner = next(iter(settings.items()))
                settings = dict(inner) if isinstance(inner, Mapping) else {}
            return settings if kind == "s3" else {"kind": kind}
    return None


def _providers(module: Module) -> Iterator[Mapping[str, Value]]:
    """The settings of every AWS provider, of modules too; `alias` is what resources name it by, after `aws.`."""
    scope = Scope(module)
    for block in module.declared.providers:
        local = local_name(block)
        name = own_name(local, module.path)
        if block.labels[0] == "aws" and (module.provider(local) or "aws") == name:  # else another is passed instead
            settings = attributes_of(block.body, scope, "provider", "aws")
            yield {**settings, "alias": name.partition(".")[2]} if name != "aws" else settings
    for child in _children(module):
        yield from _providers(child)


def _variables(module: Module) -> dict[str, Mapping[str, Value]]:
    """The variables with what can be said of them; no value, since some are secrets."""
    return {name: {"declared": True} for name in module.declared.variables}
