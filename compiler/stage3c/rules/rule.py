"""What a rule is: a fault with a name, its explanation, its check, and two specs that show it.

A rule file states the fault in its name, and its rule is its own documentation. `bad` and `good` run as its tests.
"""

from collections.abc import Callable, Iterable
from typing import Literal

from msgspec import Struct

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource
from stage3c.language.model.stack import Stack


class Rule(Struct, frozen=True):
    """One fault. At most one of the checks is given; none where the reader or the model itself finds the fault.

    `bad` and `good` are YAML laid over `example.yaml` beside this file (null takes a key away), or, for a rule whose id
    starts with SPEC0 or SPEC12, the whole text of a file. `bad` yields this rule's id; `good` yields no error at all.
    """

    id: str
    title: str
    what: str
    why: str
    fix: str
    source: str
    bad: str = ""
    good: str = ""
    bad_terraform: str = ""
    """For a rule that judges a graph: Terraform blocks laid over `example.tf` (see `terraform_overlay`), with this fault."""
    good_terraform: str = ""
    """The same without it; left out where the stack's own blocks show how it is done."""
    scope: Literal["spec", "graph", "terraform"] = "spec"
    """What can have the fault: a spec; the resources of a spec or of anyone's Terraform; anyone's Terraform alone."""
    severity: Severity = Severity.ERROR
    check_spec: Callable[[Stack], Iterable[Finding]] | None = None
    essential: bool = False
    """Nothing can be built with this fault, so no `ignore` silences it."""
    check_graph: Callable[[Graph], Iterable[Finding]] | None = None


def at(resource: Resource, cause: str, fix: str) -> Finding:
    """A finding at a resource; the cause follows its address, and both sentences get their full stop here."""
    return found_at(resource, f"{resource.address} {cause}.", f"{fix}.")


def found_at(resource: Resource, cause: str, fix: str) -> Finding:
    """A finding at a resource, in whole sentences."""
    return Finding(cause, fix, resource.origin.path, resource.origin.span)
