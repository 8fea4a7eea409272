"""The configuration inside of a plan: which references an argument was made of, followed through modules."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from compiler.graph import Expr, Ref, Value

_KEY: Final = re.compile(r"\[[^\]]*\]")
_LAST_KEY: Final = re.compile(r"(\[[^\]]*\])$")
_DEPTH_MAX: Final = 30


@dataclass(slots=True)
class Configuration:
    """What a plan says of its configuration; `addresses` are those of all instances."""

    document: Mapping[str, Any]
    addresses: frozenset[str] = field(default=frozenset())

    def references(self, resource: Mapping[str, Any]) -> dict[str, Any]:
        """An argument's references, by its name; nested blocks as lists of the same."""
        path, found = self._declared(resource)
        if found is None:
            return {}
        key = _LAST_KEY.search(str(resource["address"]))
        over = ((found.get("for_each_expression") or {}).get("references") or [""])[-1]
        expressions = _with_each(found.get("expressions") or {}, over)
        return self._expressions(expressions, path, key[1] if key else "")

    def waits(self, resource: Mapping[str, Any]) -> tuple[str, ...]:
        """What `depends_on` names."""
        path, found = self._declared(resource)
        prefix = f"{'.'.join(path)}." if path else ""
        return tuple(f"{prefix}{name}" for name in (found or {}).get("depends_on") or ())

    def providers(self) -> list[Mapping[str, Value]]:
        """The constants of the AWS providers' settings."""
        found: list[Mapping[str, Value]] = []
        for provider in (self.document.get("provider_config") or {}).values():
            if provider.get("name") == "aws":
                expressions = provider.get("expressions") or {}
                constants = {k: v["constant_value"] for k, v in expressions.items() if "constant_value" in v}
                alias = {"alias": provider["alias"]} if provider.get("alias") else {}
                found.append({**constants, **alias})
        return found

    def _module(self, path: list[str]) -> Mapping[str, Any]:
        """The configuration of the module at a path."""
        module: Mapping[str, Any] = self.document.get("root_module") or {}
        for step in path:
            call = (module.get("module_calls") or {}).get(_KEY.sub("", step).removeprefix("module.")) or {}
            module = call.get("module") or {}
        return module

    def _declared(self, resource: Mapping[str, Any]) -> tuple[list[str], Mapping[str, Any] | None]:
        """The module path with its keys, and the configuration of the resource."""
        address = str(resource["address"])
        path = re.findall(r"module\.[^.\[]+(?:\[[^\]]*\])?", address)
        module = self._module(path)
        wanted = (resource.get("type"), resource.get("name"), resource.get("mode", "managed"))
        for found in module.get("resources") or ():
            if (found.get("type"), found.get("name"), found.get("mode", "managed")) == wanted:
                return path, found
        return path, None

    def _expressions(self, expressions: Mapping[str, Any], path: list[str], key: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, expression in expressions.items():
            if isinstance(expression, list):
                found[name] = [self._expressions(e, path, key) for e in expression if isinstance(e, dict)]
            elif isinstance(expression, dict) and "references" in expression:
                refs = list(dict.fromkeys(self._resolved(expression["references"], path, key, 0)))
                found[name] = refs[0] if len(refs) == 1 else refs or Expr("not known")
            elif isinstance(expression, dict) and "constant_value" in expression:
                found[name] = expression["constant_value"]
        return found

    def _resolved(self, references: list[str], path: list[str], key: str, depth: int) -> Iterator[Ref]:
        """References as Terraform lists them, longest first: `aws_vpc.main.id`, `aws_vpc.main`."""
        taken: list[str] = []
        for reference in references if depth < _DEPTH_MAX else ():
            if any(longer.startswith(reference) for longer in taken):
                continue
            taken.append(reference)
            head, _, rest = reference.partition(".")
            if head == "var":
                yield from self._of_variable(rest, path, depth)
            elif head == "module":
                yield from self._of_output(rest, path, key, depth)
            elif head not in ("local", "each", "count", "path", "self", "terraform"):
                yield from self._of_resource(reference, path, key)

    def _of_variable(self, rest: str, path: list[str], depth: int) -> Iterator[Ref]:
        """What the caller gave a variable."""
        if not path:
            return
        module = self._module(path[:-1])
        call = (module.get("module_calls") or {}).get(_KEY.sub("", path[-1]).removeprefix("module.")) or {}
        given = (call.get("expressions") or {}).get(rest.partition(".")[0].partition("[")[0]) or {}
        own = _LAST_KEY.search(path[-1])
        if isinstance(given, dict):
            yield from self._resolved(given.get("references") or [], path[:-1], own[1] if own else "", depth + 1)

    def _of_output(self, rest: str, path: list[str], key: str, depth: int) -> Iterator[Ref]:
        """What a called module gives out."""
        call, _, output = rest.partition(".")
        step = f"module.{call}"
        module = self._module([*path, step])
        given = (module.get("outputs") or {}).get(output.partition(".")[0].partition("[")[0]) or {}
        expression = given.get("expression") or {}
        yield from self._resolved(expression.get("references") or [], [*path, step], key, depth + 1)

    def _of_resource(self, reference: str, path: list[str], key: str) -> Iterator[Ref]:
        """The instances that a reference means: the one named, the only one, or the one with the key of who asks."""
        prefix = f"{'.'.join(path)}." if path else ""
        parts = reference.split(".")
        size = 3 if parts[0] == "data" else 2
        own, attribute = ".".join(parts[:size]), ".".join(parts[size:]) or "id"
        base = f"{prefix}{own}"
        if base in self.addresses:
            yield Ref(base, attribute)
        elif f"{base}{key}" in self.addresses:
            yield Ref(f"{base}{key}", attribute)
        else:
            bare = _KEY.sub("", base) if base not in self.addresses else base
            yield from (
                Ref(a, attribute) for a in sorted(self.addresses) if _KEY.sub("", a) == bare or a.startswith(f"{base}[")
            )


def _with_each(expressions: Any, over: str) -> Any:  # noqa: ANN401 - JSON is anything
    """Where a resource goes through another one's instances, `each.value` is the instance with the same key."""
    if isinstance(expressions, list):
        return [_with_each(expression, over) for expression in expressions]
    if not isinstance(expressions, dict):
        return expressions
    found = {key: _with_each(value, over) for key, value in expressions.items()}
    references = found.get("references")
    if isinstance(references, list) and over:
        found["references"] = [_of_each(str(reference), over) for reference in references]
    return found


def _of_each(reference: str, over: str) -> str:
    return over + reference.removeprefix("each.value") if reference.startswith("each.value") else reference
