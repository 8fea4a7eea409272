"""The rules' example spec, and their Terraform stack, with a rule's own overlay on it."""

from stage3c.diagnostics import Fault
from stage3c.language.environments import environments
from stage3c.language.model.stack import Stack
from stage3c.language.shape import shape
from stage3c.language.source import Document, MapNode, overlay, read
from stage3c.rules.terraform_overlay import blocks, replaced, stack

from tests.conftest import ROOT

EXAMPLE = (ROOT / "compiler" / "stage3c" / "rules" / "example.yaml").read_bytes()


def document_with(text: str) -> Document:
    """Lay YAML text over the example."""
    base, faults = read(EXAMPLE, "example.yaml")
    assert base, faults
    if not text.strip():
        return base
    over, faults = read(text.encode(), "overlay.yaml")
    assert over, faults
    root = overlay(base.root, over.root)
    assert isinstance(root, MapNode)
    return Document(base.file, root, base.lines)


def stack_with(text: str) -> Stack:
    """The overlaid example as a model; it must have no fault of shape."""
    found = shape(document_with(text))
    assert found.stack, found.faults
    assert not found.faults
    return found.stack


def shape_faults(text: str) -> list[Fault]:
    """What the reading of the overlaid example says, rules aside."""
    documents, faults = environments(document_with(text))
    return [*faults, *(fault for document in documents.values() for fault in shape(document).faults)]


def folder_with(terraform: str) -> dict[str, bytes]:
    """The overlay as `main.tf`, beside each block of the stack that stays in a file of its own, which is parsed only once."""
    gone = replaced(terraform)
    stays = ((number, text) for number, (address, text) in enumerate(blocks(stack())) if address not in gone)
    return {**{f"stack-{number}.tf": text.encode() for number, text in stays}, "main.tf": terraform.encode()}
