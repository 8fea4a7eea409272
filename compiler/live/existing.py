"""What exists in an account under a name that the stack wants: the id by which Terraform imports it.

Asks for the types alone whose names AWS keeps apart by itself; `search` looks for everything.
"""

from collections.abc import Iterator

from compiler.graph import Graph
from compiler.live.account import Account, found
from compiler.live.finders import FINDERS
from compiler.live.finding import Finder, Known
from compiler.model.stack import Stack
from compiler.resources.stack import compile_stack


def existing(account: Account, graph: Graph) -> dict[str, str]:
    """The import ids of what exists already, by the address that wants its name."""
    looked = ((address, _find(account, finder, name)) for address, finder, name in wanted(graph))
    return {address: identity for address, identity in looked if identity is not None}


def wanted(graph: Graph) -> Iterator[tuple[str, Finder, str]]:
    """The managed resources that have a name of this kind which is known before apply."""
    for resource in graph.resources.values():
        finder = FINDERS.get(resource.type) if resource.mode == "resource" else None
        name = resource.attributes.get(finder.argument) if finder and finder.argument else None
        if finder and isinstance(name, str):
            yield resource.address, finder, name


def names_of(stack: Stack, kind: str) -> dict[str, str]:
    """The names that a stack gives to its resources of a type, by the key of the spec."""
    graph = compile_stack(stack)
    rows = ((graph.resources[address], name) for address, _, name in wanted(graph))
    return {resource.name: name for resource, name in rows if resource.type == kind}


def _find(account: Account, finder: Finder, name: str) -> str | None:
    client = account.client(finder.service)
    known = Known({str(finder.argument): name}, "", account)
    matches = found(lambda: list(finder.find(client, known)), *finder.missing)
    return matches[0].identity if matches else None
