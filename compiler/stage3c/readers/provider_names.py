"""Which provider of the whole configuration a provider in a module is: what a call passes, what the module has, what it inherits.

A name here is `aws` or `aws.west`; that of a provider which a module declares itself has the module's path in it.
https://developer.hashicorp.com/terraform/language/modules/develop/providers (2026-11-28).
"""

from collections.abc import Iterator, Mapping

from stage3c.readers.bodies import traversal
from stage3c.readers.nodes import Block, Body, Object

_SAYS_NOTHING = {"version"}
"""What a block without an alias may hold that only declares that a provider is passed, as before Terraform 0.13."""


def name_of(local: str, module: str, names: Mapping[str, str]) -> str:
    """The provider that a name in a module refers to; an alias that the call does not pass is the module's own, or missing."""
    known = names.get(local)
    return known or (own_name(local, module) if "." in local else local)


def names_in(call: Block, module: str, declared: list[Block], caller: str, outer: Mapping[str, str]) -> dict[str, str]:
    """What the names mean in a called module: without an alias they are inherited, with one they must be passed."""
    found = {name: meant for name, meant in outer.items() if "." not in name}
    for block in declared:
        if set(block.body.attributes) - _SAYS_NOTHING or block.body.blocks:
            found[local_name(block)] = own_name(local_name(block), module)
    return found | {local: name_of(given, caller, outer) for local, given in _passed(call.body)}


def local_name(block: Block) -> str:
    """The name by which its own module refers to a `provider` block."""
    alias = traversal(block.body.attributes["alias"]) if "alias" in block.body.attributes else ""
    return f"{block.labels[0]}.{alias}" if alias else block.labels[0]


def own_name(local: str, module: str) -> str:
    """The name of a provider that a module declares: `aws.module.m.west`."""
    kind, _, alias = local.partition(".")
    return ".".join(part for part in (kind, module, alias) if part)


def _passed(body: Body) -> Iterator[tuple[str, str]]:
    node = body.attributes.get("providers")
    for key, value in node.members if isinstance(node, Object) else ():
        local, given = traversal(key), traversal(value)
        if local and given:
            yield local, given
