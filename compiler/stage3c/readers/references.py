"""The configuration inside of a plan: which references an argument was made of, followed through modules.

A plan says which references stand in an expression, and not what the expression does with them; and it has no locals.
Whoever asks learns what is certain of that. https://developer.hashicorp.com/terraform/internals/json-format#expression-representation
(2026-11-24).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from msgspec import Struct, field

from stage3c.graph import Ref
from stage3c.readers.instances import Instance, is_secret
from stage3c.readers.provider_names import own_name

_KEY: Final = r'\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\]'
_STEP: Final = re.compile(rf"([^.\[]+)((?:{_KEY})*)(?:\.|$)")
_LAST_KEY: Final = re.compile(rf"({_KEY})$")
_KEY_ONLY: Final = re.compile(_KEY)
_MODULE: Final = re.compile(rf"module\.[^.\[]+(?:{_KEY})?")
_REGION: Final = re.compile(r"[a-z]{2,4}(?:-[a-z]+){1,3}-[0-9]{1,2}")
_OWN_KEYS: Final = ("each.key", "count.index")
_DEPTH_MAX: Final = 30
_STEPS_MAX: Final = 100_000
_NAMES_MAX: Final = 2_000
_NAME_MAX_CHARS: Final = 2_000

_Steps = tuple[tuple[str, str], ...]


class Trace(Struct, frozen=True):
    """What a value comes from: `choosy` where a known value may pick among the references, `hidden` where there may be more."""

    refs: tuple[Ref, ...] = ()
    choosy: bool = False
    hidden: bool = False


class Scope(Struct, frozen=True):
    """Where an expression stands: the path of its module, its own key, and what its `for_each` is made of."""

    module: str = ""
    key: str = ""
    each: Sequence[str] = ()
    depth: int = 0


class Configuration(Struct, dict=True):
    """What a plan says of its configuration, and the instances that it makes."""

    document: Mapping[str, Any]
    instances: Mapping[str, Instance]
    variables: Mapping[str, Any] = field(default_factory=dict)
    _left: int = _STEPS_MAX

    def declared(self, instance: Instance) -> Mapping[str, Any]:
        """The block that an instance comes from; empty where there is none."""
        mode = "managed" if instance.mode == "resource" else instance.mode
        return self._blocks.get((_bare(instance.module), mode, instance.kind, instance.declared), {})

    def scope(self, instance: Instance) -> Scope:
        """Where the expressions of an instance stand."""
        each = (self.declared(instance).get("for_each_expression") or {}).get("references") or ()
        return Scope(instance.module, instance.key, tuple(each))

    def waits(self, instance: Instance) -> tuple[str, ...]:
        """What `depends_on` names."""
        prefix = f"{instance.module}." if instance.module else ""
        return tuple(f"{prefix}{name}" for name in self.declared(instance).get("depends_on") or ())

    def trace(self, references: Iterable[str], scope: Scope, attribute: str = "id") -> Trace:
        """Follow references as Terraform lists them: `aws_vpc.main.id`, then `aws_vpc.main`; `attribute` where none is named."""
        names = list(references)
        if len(names) > _NAMES_MAX or any(len(name) > _NAME_MAX_CHARS for name in names):
            return Trace(hidden=True)
        found = [self._one(name, scope, attribute, keyed=_has_key(names)) for name in _longest(names)]
        refs = tuple(dict.fromkeys(ref for trace in found for ref in trace.refs))
        return Trace(refs, any(trace.choosy for trace in found), any(trace.hidden for trace in found))

    def providers(self) -> Iterator[Mapping[str, Any]]:
        """The settings of the AWS providers, as far as they are known; those of modules too."""
        for key, provider in (self.document.get("provider_config") or {}).items():
            if provider.get("name") == "aws":
                expressions = provider.get("expressions") or {}
                module = str(provider.get("module_address") or "")
                known = {name: self._constant(expression, module) for name, expression in expressions.items()}
                name = _provider_name(key)
                alias = {"alias": name.partition(".")[2]} if name else {}
                yield {
                    **{name: value for name, value in known.items() if _is_setting(name, value)},
                    **alias,
                }

    def provider(self, instance: Instance) -> str | None:
        """The provider of an instance; Terraform has followed what modules pass to each other.

        The graph names it: None for the root's own without an alias.
        """
        key = self.declared(instance).get("provider_config_key")
        return _provider_name(key if isinstance(key, str) else f"{_bare(instance.module)}:aws")

    def missing(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The blocks, with the path of their module, of which the plan has no instance."""
        planned = {(_bare(i.module), i.mode, i.kind, i.declared) for i in self.instances.values()}
        for (module, mode, kind, name), block in self._blocks.items():
            if mode == "managed" and (module, "resource", kind, name) not in planned:
                yield module, block

    def _constant(self, expression: Any, module: str) -> Any:  # noqa: ANN401 - JSON is anything
        if not isinstance(expression, dict):
            return None
        if module:  # its variables are not those of the plan
            return expression.get("constant_value")
        names = list(expression.get("references") or ())
        if len(names) != 1 or not names[0].startswith("var."):
            return expression.get("constant_value")
        name = names[0].removeprefix("var.")
        declared = (self.document.get("root_module") or {}).get("variables") or {}
        given = self.variables.get(name)
        is_open = not (declared.get(name) or {}).get("sensitive")
        return given.get("value") if isinstance(given, dict) and is_open else None

    @cached_property
    def _blocks(self) -> Mapping[tuple[str, str, str, str], Mapping[str, Any]]:
        modules = {"": self.document.get("root_module") or {}}
        modules |= {path: call.get("module") or {} for path, call in self._modules.items()}
        return {
            (path, str(block.get("mode", "managed")), str(block.get("type")), str(block.get("name"))): block
            for path, module in modules.items()
            for block in module.get("resources") or ()
        }

    @cached_property
    def _modules(self) -> Mapping[str, Mapping[str, Any]]:
        """The calls of modules, by path without keys."""
        return dict(_calls_in(self.document.get("root_module") or {}))

    @cached_property
    def _by_block(self) -> Mapping[str, tuple[str, ...]]:
        """The instances of each block, by its address with the keys of modules alone."""
        found: dict[str, list[str]] = {}
        for address, instance in self.instances.items():
            found.setdefault(address.removesuffix(instance.key) if instance.key else address, []).append(address)
        return {block: tuple(addresses) for block, addresses in found.items()}

    @cached_property
    def _paths(self) -> Mapping[str, tuple[str, ...]]:
        """The instances of each module, by path without the last key."""
        found: dict[str, dict[str, None]] = {}
        for path in dict.fromkeys(i.module for i in self.instances.values()):
            for part in _prefixes(path):
                found.setdefault(_LAST_KEY.sub("", part), {})[part] = None
        return {path: tuple(parts) for path, parts in found.items()}

    def _one(self, reference: str, scope: Scope, attribute: str, *, keyed: bool) -> Trace:
        self._left -= 1
        steps = tuple((step[1], step[2]) for step in _STEP.finditer(reference))
        head = steps[0][0] if steps and scope.depth <= _DEPTH_MAX and self._left > 0 else ""
        if reference in _OWN_KEYS or head in ("path", "terraform", "self"):
            return Trace()
        if head == "each":
            return self._of_each(steps, scope, attribute)
        if head == "var":
            return self._of_variable(steps, scope, attribute)
        if head == "module":
            return self._of_output(steps, scope, attribute, keyed=keyed)
        opaque = head in ("local", "ephemeral", "")
        return Trace(hidden=True) if opaque else self._of_resource(steps, scope, attribute, keyed=keyed)

    def _of_each(self, steps: _Steps, scope: Scope, attribute: str) -> Trace:
        """`each.value.id`: of the resource with the same key, or something out of what `for_each` says."""
        rest = ".".join("".join(step) for step in steps[2:])
        around = Scope(scope.module, depth=scope.depth)
        whole = self.trace(scope.each, around, "")
        same = {ref.address for ref in whole.refs if ref.address.endswith(scope.key) and not ref.attribute}
        if len(same) == 1 and len(_longest(scope.each)) == 1:
            return Trace((Ref(same.pop(), rest or attribute),))
        refs = tuple(Ref(ref.address, ref.attribute or rest or attribute) for ref in whole.refs)
        return Trace(refs, choosy=True, hidden=whole.hidden)

    def _of_variable(self, steps: _Steps, scope: Scope, attribute: str) -> Trace:
        """What the caller gave a variable; at the top that is known."""
        if not scope.module or len(steps) < 2:  # noqa: PLR2004 - var and its name
            return Trace(choosy=True)
        call = self._modules.get(_bare(scope.module)) or {}
        references = list(_references_in((call.get("expressions") or {}).get(steps[1][0])))
        each = (call.get("for_each_expression") or {}).get("references") or ()
        key = _LAST_KEY.search(scope.module)
        caller = Scope(_parent(scope.module), key[1] if key else "", tuple(each), scope.depth + 1)
        found = self.trace(references, caller, attribute)
        picked = len(steps) > 2 or not found.refs  # noqa: PLR2004 - a part of it
        return Trace(found.refs, found.choosy or picked, found.hidden)

    def _of_output(self, steps: _Steps, scope: Scope, attribute: str, *, keyed: bool) -> Trace:
        """What a called module gives out."""
        if len(steps) < 3:  # noqa: PLR2004 - module, its name, and its output
            return Trace(hidden=True)
        base = f"{scope.module}.module.{steps[1][0]}" if scope.module else f"module.{steps[1][0]}"
        paths = self._paths.get(base, ())
        chosen = [path for path in paths if path == base + (steps[1][1] or (scope.key if keyed else ""))] or paths
        call = self._modules.get(_bare(base)) or {}
        output = ((call.get("module") or {}).get("outputs") or {}).get(steps[2][0]) or {}
        references = list(_references_in(output.get("expression")))
        found = [self.trace(references, Scope(path, depth=scope.depth), attribute) for path in chosen]
        refs = tuple(dict.fromkeys(ref for trace in found for ref in trace.refs))
        picked = len(steps) > 3 or not refs  # noqa: PLR2004 - a part of it
        return Trace(refs, picked or any(t.choosy for t in found), any(t.hidden for t in found))

    def _of_resource(self, steps: _Steps, scope: Scope, attribute: str, *, keyed: bool) -> Trace:
        """The instances that a reference means: the one named, the only one, the one with the key of who asks, or all."""
        size = 3 if steps[0][0] == "data" else 2
        if len(steps) < size:
            return Trace(hidden=True)
        prefix = f"{scope.module}." if scope.module else ""
        base = prefix + ".".join(name for name, _ in steps[:size])
        named, rest = steps[size - 1][1], ".".join("".join(step) for step in steps[size:])
        found = self._by_block.get(base, ())
        own = base + (named or (scope.key if keyed else ""))
        chosen = (own,) if own in found else found
        if not chosen:
            return Trace(choosy=True)
        last = rest or ("json" if steps[size - 2][0] == "aws_iam_policy_document" else attribute)
        return Trace(tuple(Ref(address, last) for address in chosen), choosy=bool(named) and own not in found)


def _provider_name(key: str) -> str | None:
    """`module.own:aws.south` is `aws.module.own.south`, and `aws` None."""
    module, _, local = key.rpartition(":")
    name = own_name(local, module)
    return None if name == "aws" else name


def _bare(path: str) -> str:
    return _KEY_ONLY.sub("", path)


def _prefixes(path: str) -> Iterator[str]:
    """`module.a`, then `module.a.module.b`."""
    return (path[: found.end()] for found in _MODULE.finditer(path))


def _parent(path: str) -> str:
    return ["", *_prefixes(path)][-2]


def _is_setting(name: str, value: Any) -> bool:  # noqa: ANN401 - JSON is anything
    """Tell whether an argument of a provider is a text that may be shown; what is no region is only a part of one."""
    is_open = isinstance(value, str) and not is_secret(name, value)
    return is_open and (name != "region" or _REGION.fullmatch(value) is not None)


def _has_key(references: Iterable[str]) -> bool:
    return any(name.startswith("each.") or name == "count.index" for name in references)


def _longest(references: Iterable[str]) -> list[str]:
    """Each reference without those that are its own beginning."""
    found: dict[str, None] = {}
    for name in references:
        if not any(longer.startswith((f"{name}.", f"{name}[")) for longer in found):
            found[name] = None
    return list(found)


def _references_in(expression: Any, depth: int = 0) -> Iterator[str]:  # noqa: ANN401 - JSON is anything
    """Every reference of an expression, through nested blocks."""
    if depth > _DEPTH_MAX:
        return
    if isinstance(expression, list):
        for member in expression:
            yield from _references_in(member, depth + 1)
    elif isinstance(expression, dict):
        yield from (name for name in expression.get("references") or () if isinstance(name, str))
        for name, inner in expression.items():
            if name not in ("references", "constant_value"):
                yield from _references_in(inner, depth + 1)


def _calls_in(module: Mapping[str, Any], path: str = "", depth: int = 0) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if depth > _DEPTH_MAX:
        return
    for name, call in (module.get("module_calls") or {}).items():
        inner = f"{path}.module.{name}" if path else f"module.{name}"
        yield inner, call
        yield from _calls_in(call.get("module") or {}, inner, depth + 1)
