"""Modules at work: what their names mean, how many instances there are of each thing, and the resources that come of it.

Owns variables, locals, outputs, `count`, `for_each` and module calls. Everything is evaluated when it is asked for, once.
"""

import functools
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from stage3c.diagnostics import Span, clip
from stage3c.graph import Expr, Origin, Ref, Resource, Value
from stage3c.readers.bodies import attributes_of, lifecycle_of, provider_of, waits_of
from stage3c.readers.conversion import converted, type_in_json
from stage3c.readers.declarations import Declarations
from stage3c.readers.evaluate import evaluate
from stage3c.readers.lookups import IDENTIFIERS
from stage3c.readers.nodes import Block, Literal, Node
from stage3c.readers.provider_names import name_of, names_in
from stage3c.readers.results import (
    Instance,
    Key,
    Namespace,
    Result,
    Scope,
    Whole,
    known,
    pairs,
    settled,
    too_heavy,
    unknown,
)
from stage3c.readers.scalars import NotKnown, to_text
from stage3c.readers.secrets import veiled
from stage3c.readers.world import AUDIT_THE_PLAN, World

_INSTANCES_MAX: Final = 1_000
_MODULES_MAX: Final = 1_000
_DIGITS_MAX: Final = 18
_INSTANCE_KEY: Final = re.compile(r'\[(?:"[^"]*"|[0-9]+)\]')
_COMPUTED: Final = {"id", "arn"}
_ELSEWHERE: Final = {"each", "count", "self", "path", "terraform"}


class Module(Struct):
    """One instance of a module: its declarations with the values that it was called with."""

    world: World
    path: str
    folder: str
    declared: Declarations
    inputs: Mapping[str, Callable[[], Result]]
    callers: tuple[str, ...] = ()
    providers: Mapping[str, str] = {}
    """What each name of a provider means in here; the root's own names mean themselves."""
    _memory: dict[tuple[str, ...], Result] = field(default_factory=dict)
    _running: set[tuple[str, ...]] = field(default_factory=set)

    # What a `Frame` must answer.

    def root(self, name: str) -> Result:
        """The meaning of the first word of a traversal."""
        match name:
            case "var":
                return Namespace("var", self.variable)
            case "local":
                return Namespace("local", self.local)
            case "module":
                return Namespace("module", self.called)
            case "data" | "ephemeral":
                return Namespace(name, lambda kind: self._kind(name, kind))
            case _ if name in _ELSEWHERE:
                return Namespace(name, lambda word: self._elsewhere(name, word))
            case _:
                return self._kind("resource", name)

    def setting(self, ref: Ref) -> Result:
        """What an argument was set to, where a reference means one; else the reference itself."""
        known_instance = self.world.instances.get(ref.address)
        if known_instance is None or ref.attribute in _COMPUTED:
            return ref
        module, block, key = known_instance
        node = block.body.attributes.get(ref.attribute)
        if node is None:
            home = module.looked_up(ref.address, block, key) if block.kind == "data" else None
            return module.setting(Ref(home, ref.attribute)) if home else ref
        found = module.once(
            ("setting", ref.address, ref.attribute), block.span, lambda: evaluate(node, module.scope(block, key))
        )
        return ref if found is None else found

    def looked_up(self, address: str, block: Block, key: Key) -> str | None:
        """The address of the resource of this configuration that a data source names by reference, such as its `id`."""
        scope = self.scope(block, key)
        for name in (name for name in IDENTIFIERS if name in block.body.attributes):
            made = functools.partial(evaluate, block.body.attributes[name], scope)
            found = settled(self.once(("setting", address, name), block.span, made))
            _, home, _ = self.world.instances.get(found.address if isinstance(found, Ref) else "", (None, None, None))
            if home is not None and home.kind == "resource" and home.labels[0] == block.labels[0]:
                return str(found.address)
        return None

    def exists(self, ref: Ref) -> bool:
        """Tell whether the instance that a reference means is certain to be there, and has that attribute."""
        found = self.world.instances.get(ref.address)
        if found is None or not ref.attribute.replace("_", "").isalnum():
            return False
        _, block, key = found
        return key is not None or not {"count", "for_each"} & set(block.body.attributes)

    def hide(self, value: Result) -> Result:
        """A sensitive value, without its texts."""
        return veiled(value, self.world.secrets)

    def content(self, path: str) -> bytes:
        """The bytes of a file; Terraform takes paths as relative to the folder in which it runs."""
        return self.world.files.content(posixpath.join(self.world.root, path))

    def template(self, path: str) -> Node:
        """A file as a template."""
        return self.world.template(posixpath.join(self.world.root, path))

    def spend(self) -> None:
        """Count a step."""
        self.world.budget.spend()

    def _elsewhere(self, name: str, word: str) -> Result:
        """Words of Terraform's own; paths are relative to the folder in which it runs."""
        known_words: dict[str, Result] = {
            "terraform.workspace": "default",
            "path.root": ".",
            "path.module": posixpath.relpath(self.folder, self.world.root),
        }
        return known_words.get(f"{name}.{word}", Expr(f"{name}.{word}"))

    # What a module holds.

    def variable(self, name: str) -> Result:
        """The value of a variable: what the caller or a file gives, the default, or unknown."""
        block = self.declared.variables.get(name)
        if block is None:
            return unknown()
        return self.once(("var", name), block.span, lambda: self._given(name, block))

    def _given(self, name: str, block: Block) -> Result:
        attributes, scope = block.body.attributes, Scope(self)
        kind = attributes.get("type")
        if isinstance(kind, Literal):  # as JSON has it
            kind = type_in_json(kind)
        given = self.inputs[name]() if name in self.inputs else None
        refuses_null = attributes.get("nullable") == Literal(value=False)
        if given is None and "default" in attributes and (refuses_null or name not in self.inputs):
            given = evaluate(attributes["default"], scope)
        elif given is None and name not in self.inputs:
            return Expr(f"var.{name}", (Ref(f"var.{name}", ""),))
        value = converted(given, kind, scope)
        return self.hide(value) if _is_sensitive(block) else value

    def local(self, name: str) -> Result:
        """A local value."""
        if name not in self.declared.locals:
            return unknown()
        node, span = self.declared.locals[name]
        return self.once(("local", name), span, lambda: evaluate(node, Scope(self)))

    def output(self, name: str) -> Result:
        """An output."""
        block = self.declared.outputs.get(name)
        if block is None or "value" not in block.body.attributes:
            return unknown()
        node = block.body.attributes["value"]
        return self.once(("output", name), block.span, lambda: evaluate(node, Scope(self)))

    def called(self, name: str) -> Result:
        """A module that this one calls."""
        block = self.declared.modules.get(name)
        if block is None:
            return unknown()
        address = f"{self.path}.module.{name}" if self.path else f"module.{name}"
        keys = self.keys(("module", name), block)
        return Whole(address, keys, lambda key: self._instance_of_module(block, address, key))

    def _instance_of_module(self, block: Block, address: str, key: Key) -> Instance:
        own = address + suffix(key)
        child = self.child(block, own, key)
        if child is None:
            return Instance(own, lambda output: Expr(f"{own}.{output}", (Ref(address, ""),)))
        return Instance(own, child.output)

    def child(self, block: Block, address: str, key: Key) -> "Module | None":
        """The instance of a called module, or None where it cannot be read."""
        found: Module | None = self.once(("child", address), block.span, lambda: self._opened(block, address, key))
        return found

    def _opened(self, block: Block, address: str, key: Key) -> "Module | None":
        source = block.body.attributes.get("source")
        name = f"module.{block.labels[0]}"
        written = source.value if isinstance(source, Literal) and isinstance(source.value, str) else ""
        installed = None if written.startswith(("./", "../")) else self.world.installed.get(_key_of(address))
        if installed is None and not written.startswith(("./", "../")):
            cause = f'{name} has source "{clip(written)}", which is not a local folder, so its resources are unknown.'
            self.world.say("AUD104", cause, f"run terraform init, or {AUDIT_THE_PLAN}", block.span)
            return None
        path = installed or posixpath.normpath(posixpath.join(self.folder, written))
        self.world.modules += 1
        if self.world.modules > _MODULES_MAX:
            cause = f"there are more than {_MODULES_MAX} module instances; {name} is not read."
            self.world.say("AUD105", cause, AUDIT_THE_PLAN, block.span)
            return None
        if path in self.callers:
            cause = f"{name} calls {path}, which calls it in turn."
            self.world.say("AUD103", cause, f"remove {name} from {path}.", block.span)
            return None
        declared = self.world.folder(path)
        if declared is None or not declared.lines:
            cause = f"{name} has source {clip(path)}, which has no .tf or .tf.json files."
            self.world.say(
                "AUD102", cause, 'set source to an existing folder, such as "./modules/network".', block.span
            )
            return None
        for required, variable in declared.variables.items():
            if "default" not in variable.body.attributes and required not in block.body.attributes:
                cause = f"{name} does not set {clip(required)}, a variable of {clip(path)} without a default."
                self.world.say("AUD108", cause, f"add `{clip(required)} = …` to the module block.", block.span)
        inputs = {name: self._input(block, key, name) for name in block.body.attributes}
        providers = names_in(block, address, declared.providers, self.path, self.providers)
        return Module(self.world, address, path, declared, inputs, (*self.callers, path), providers)

    def _input(self, block: Block, key: Key, name: str) -> Callable[[], Result]:
        return lambda: evaluate(block.body.attributes[name], self.scope(block, key))

    # How many there are.

    def _kind(self, mode: str, kind: str) -> Result:
        return Namespace(kind, lambda name: self._whole(mode, kind, name))

    def _whole(self, mode: str, kind: str, name: str) -> Result:
        block = self.declared.resources.get((mode, kind, name))
        prefix = "" if mode == "resource" else f"{mode}."
        address = f"{self.path}.{prefix}{kind}.{name}" if self.path else f"{prefix}{kind}.{name}"
        if block is None:
            return unknown()
        keys = self.keys((mode, kind, name), block)
        return Whole(address, keys, lambda key: Instance(address + suffix(key)))

    def keys(self, what: tuple[str, ...], block: Block) -> tuple[Key, ...] | None:
        """The keys of all instances; one of None for a block without count and for_each; None where they are not known."""
        found: tuple[Key, ...] | None = self.once(("keys", *what), block.span, lambda: self._keys(what, block))
        return found if isinstance(found, tuple) else None

    def _keys(self, what: tuple[str, ...], block: Block) -> tuple[Key, ...] | None:
        attributes, scope = block.body.attributes, Scope(self)
        if "count" in attributes:
            count = _plain(evaluate(attributes["count"], scope), scope)
            if isinstance(count, float) and count.is_integer():
                count = int(count)
            text = str(count) if isinstance(count, int | str) else ""
            number = int(text) if text.isdigit() and len(text) <= _DIGITS_MAX else None
            return self._bounded(what, block, range(number) if number is not None else None)
        if "for_each" in attributes:
            members = _members(evaluate(attributes["for_each"], scope), scope)
            return self._bounded(what, block, members)
        return (None,)

    def _bounded(self, what: tuple[str, ...], block: Block, keys: "range | list[str] | None") -> tuple[Key, ...] | None:
        if keys is not None and len(keys) > _INSTANCES_MAX:
            cause = f"{'.'.join(what)} has {len(keys)} instances; at most {_INSTANCES_MAX} are evaluated."
            self.world.say("AUD105", cause, AUDIT_THE_PLAN, block.span)
            return None
        return tuple(keys) if keys is not None else None

    def scope(self, block: Block, key: Key) -> Scope:
        """The names inside a block: `count.index`, or `each.key` and `each.value`."""
        attributes = block.body.attributes
        if "count" in attributes:
            return Scope(self, {"count": {"index": key if key is not None else unknown()}})
        if "for_each" not in attributes:
            return Scope(self)
        over = self.once(("each", *block.labels), block.span, lambda: evaluate(attributes["for_each"], Scope(self)))
        if key is None:
            return Scope(self, {"each": {"key": unknown(over), "value": unknown(over)}})
        members = {str(name): value for name, value in pairs(over) or []} if not isinstance(over, list) else {}
        return Scope(self, {"each": {"key": key, "value": members.get(str(key), key)}})

    # The rest.

    def once(self, what: tuple[str, ...], span: Span, make: Callable[[], Result]) -> Result:
        """Evaluate something once; a cycle is a finding, and unknown."""
        if what in self._memory:
            return self._memory[what]
        if what in self._running:
            cause = f"{'.'.join(what[:2])} depends on itself."
            self.world.say("AUD103", cause, f"remove the reference to {'.'.join(what[:2])} from its own value.", span)
            return unknown()
        self._running.add(what)
        try:
            made = make()
        finally:
            self._running.discard(what)
        if too_heavy(made):
            cause = f"{'.'.join(what[:2])} has too many members to evaluate, so its value is unknown."
            self.world.say("AUD105", cause, AUDIT_THE_PLAN, span)
            made = unknown()
        self._memory[what] = made
        return made

    def resources(self) -> Iterator[Resource]:
        """Every resource of this module and of those that it calls."""
        for (mode, kind, name), block in self.declared.resources.items():
            keys = self.keys((mode, kind, name), block)
            for key in keys if keys is not None else (None,):
                yield self._resource(mode, kind, name + suffix(key), block, key, certain=keys is not None)
        for name, block in self.declared.modules.items():
            keys = self.keys(("module", name), block)
            address = f"{self.path}.module.{name}" if self.path else f"module.{name}"
            for key in keys if keys is not None else (None,):
                child = self.child(block, address + suffix(key), key)
                if child is not None and keys is not None:
                    yield from child.resources()
                else:
                    yield self._opaque(name + suffix(key), block, key)

    def _resource(self, mode: str, kind: str, name: str, block: Block, key: Key, *, certain: bool) -> Resource:
        attributes = attributes_of(block.body, self.scope(block, key), mode, kind)
        prefix = f"{self.path}." if self.path else ""
        return Resource(
            kind,
            name,
            attributes,
            Origin((), block.span),
            mode,
            waits_of(block.body, prefix),
            lifecycle_of(block.body, Scope(self)),
            provider=self.provider(provider_of(block.body) or "aws"),
            module=self.path,
            certain=certain,
            spans=block.body.spans,
        )

    def provider(self, local: str) -> str | None:
        """The provider that a name means in here, as the graph has it: None for the root's own without an alias."""
        name = name_of(local, self.path, self.providers)
        return None if name == "aws" else name

    def _opaque(self, name: str, block: Block, key: Key) -> Resource:
        attributes: dict[str, Value] = attributes_of(block.body, self.scope(block, key), "module", "module")
        attributes.pop("source", None)
        return Resource("module", name, attributes, Origin((), block.span), "module", module=self.path)


def _key_of(address: str) -> str:
    """The key of a module in modules.json: `module.app["a"].module.vpc` is `app.vpc`."""
    return ".".join(part for part in _INSTANCE_KEY.sub("", address).split(".") if part != "module")


def _is_sensitive(block: Block) -> bool:
    return block.body.attributes.get("sensitive") in (Literal(value=True), Literal("true"))


def suffix(key: Key) -> str:
    """A key as it stands in an address."""
    return "" if key is None else f"[{key}]" if isinstance(key, int) else f'["{key}"]'


def _plain(value: Result, scope: Scope) -> Result:
    try:
        return known(value, scope.frame)
    except NotKnown:
        return None


def _members(value: Result, scope: Scope) -> list[str] | None:
    """The keys of a for_each: of a map, of a resource's instances, or the members of a set of texts."""
    found = pairs(value)
    if found is None:
        return None
    members = [member for _, member in found] if isinstance(value, list) else [key for key, _ in found]
    try:
        return [to_text(known(member, scope.frame)) for member in members]
    except NotKnown:
        return None
