"""What every part of the spec language is made of: strict models, identifiers, short forms, and faults with a rule id."""

import ast
import inspect
import ipaddress
import textwrap
from collections.abc import Callable, Mapping
from functools import cache
from itertools import pairwise
from typing import Annotated, Any

from msgspec import Struct
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


class Part(BaseModel):
    """A part of a spec: unknown keys are refused, types are never guessed, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True, hide_input_in_errors=True)


class Meaning(Struct, frozen=True):
    """What a key is for, and a value that it may have, as YAML; empty where the type says it all."""

    purpose: str
    example: str = ""


@cache
def documentation(model: type[Part]) -> Mapping[str, Meaning]:
    """The texts below a model's fields, by field; a last sentence "Example: `…`." is the example. Read on demand.

    Pydantic's `use_attribute_docstrings` would read them on every start, which is a third of a validation's time.
    """
    body = ast.parse(textwrap.dedent(inspect.getsource(model))).body[0]
    assert isinstance(body, ast.ClassDef)
    found: dict[str, Meaning] = {}
    for field, text in pairwise(body.body):
        if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr)):
            continue
        if isinstance(text.value, ast.Constant) and isinstance(text.value.value, str):
            words, _, example = " ".join(text.value.value.split()).partition(" Example: `")
            found[field.target.id] = Meaning(words, example.removesuffix("`."))
    return found


def fault(rule: str, cause: str, fix: str) -> PydanticCustomError:
    """A fault that a rule explains, to be raised by a validator; both texts are full sentences."""
    return PydanticCustomError(f"rule:{rule}", "{cause}", {"cause": cause, "fix": fix})


class ShortForm(Struct, frozen=True, eq=False):
    """Lets a plain value stand for a mapping: `ready: /ready` for `ready: {path: /ready}`."""

    expand: Callable[[Any], Any]
    schema: dict[str, Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        """Expand before validation."""
        return core_schema.no_info_before_validator_function(self.expand, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Tell editors of both forms."""
        return {"anyOf": [self.schema, handler(core)]}


def short(key: str, kind: type, schema: str) -> ShortForm:
    """A plain value of one type stands for a mapping with this one key."""
    return ShortForm(lambda value: {key: value} if type(value) is kind else value, {"type": schema})


def _switch(value: Any) -> Any:  # noqa: ANN401 - whatever YAML holds
    return ({} if value else None) if isinstance(value, bool) else value


SWITCH = ShortForm(_switch, {"type": "boolean"})
"""`true` stands for a mapping with its defaults, `false` for nothing at all."""


def _cidr(value: str) -> str:
    try:
        ipaddress.IPv4Network(value)
    except ValueError as error:
        fixed = _without_host_bits(value)
        fix = f"write {fixed}." if fixed else "write an IPv4 range such as 10.1.0.0/16."
        raise fault("NET108", f'"{_clip(value)}" is not an IPv4 range: {_clip(str(error), 120)}.', fix) from None
    if "/" not in value:
        raise fault(
            "NET108", f'"{value}" has no prefix length.', f"write {value}/32, or a larger range such as 10.1.0.0/16."
        )
    return str(ipaddress.IPv4Network(value))


def _without_host_bits(value: str) -> str | None:
    try:
        return str(ipaddress.IPv4Network(value, strict=False))
    except ValueError:
        return None


def _clip(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else text[:limit] + "…"


IDENTIFIER = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
FOLDER = r"^(\.|[A-Za-z0-9_][A-Za-z0-9_./-]*)$"
STATUSES = r"^[2-4][0-9]{2}(-[2-4][0-9]{2})?(,[2-4][0-9]{2}(-[2-4][0-9]{2})?)*$"
VARIABLE = r"^[A-Za-z_][A-Za-z0-9_]*$"

Identifier = Annotated[str, Field(pattern=IDENTIFIER, max_length=40, title="Identifier")]
"""A name in the spec: lower-case letters, digits and single hyphens, a letter first. AWS names are made of these."""
Variable = Annotated[str, Field(pattern=VARIABLE, max_length=255)]
"""The name of an environment variable."""
Cidr = Annotated[str, AfterValidator(_cidr)]
"""An IPv4 network without host bits: `10.1.0.0/16`."""
Port = Annotated[int, Field(ge=1, le=65535)]
UrlPath = Annotated[str, Field(pattern=r"^/[!-~]*$", max_length=1024)]
"""A path of a URL, with its leading slash."""
Hostname = Annotated[
    str, Field(pattern=r"^(\*\.)?([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$", max_length=253)
]
"""A DNS name without a trailing dot; a leading `*.` stands for one label."""
Percent = Annotated[int, Field(ge=1, le=100)]
Arn = Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:([0-9]{12})?:[!-~]+$", max_length=2048)]
"""An Amazon Resource Name."""
