"""What a kind is: everything that the program knows about one AWS type, in one file named after the type.

A kind takes plain mappings and a callable that asks the account. It imports no AWS library, no resource and no spec.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, Protocol

from msgspec import Struct, field

Json = Any  # what JSON can hold
By = Literal["name", "attachment", "tags", "shape", "content"]
Tags = Mapping[str, str]


class Absent(Exception):  # noqa: N818 - not an error: nothing can be there
    """An argument that the search needs is not known, mostly because the resource it refers to does not exist."""


_DENIED = re.compile(r"(AccessDenied|Unauthorized|AuthorizationError|Forbidden|403).*")


class Unanswered(Exception):  # noqa: N818 - not an error of the program: an answer that could not be had
    """A question that AWS did not answer, and why. `is_denied` says that the caller lacks a permission."""

    is_denied = False


class Refused(Unanswered):
    """A question that AWS answered with an error code, such as `NoSuchEntity`."""

    def __init__(self, operation: str, code: str) -> None:
        """Take the operation and the code; the text of an AWS error may quote what was sent, so it is not kept."""
        super().__init__(f"{operation} returned {code}")
        self.code = code
        self.is_denied = _DENIED.fullmatch(code) is not None


class Aws(Protocol):
    """Asks one account in one region. A call is written `service.operation`, as boto3 names both."""

    region: str

    @property
    def account(self) -> str:
        """The number of the account."""

    @property
    def partition(self) -> str:
        """The partition of the region: `aws`, `aws-cn` or `aws-us-gov`."""

    def ask(self, call: str, /, **parameters: Json) -> Json:
        """Return what AWS answers; raise Refused or Unanswered."""

    def maybe(self, call: str, /, *codes: str, **parameters: Json) -> Json:
        """Return what AWS answers, or None where it refuses with one of these codes."""

    def all(self, call: str, members: str, /, **parameters: Json) -> Iterator[Json]:
        """Return the members of all pages of an answer."""


class Match(Struct, frozen=True):
    """A resource that exists.

    `identity` is what an `import` block takes; `attributes` are what others may refer to besides the configured
    arguments. `certain`, for a type without tags, says that its content or its place shows whose it is.
    """

    identity: str
    attributes: Mapping[str, Json] = field(default_factory=dict)
    by: By = "name"
    certain: bool = True


class Known(dict[str, Json]):
    """The arguments of a resource as far as they are known; asking for another raises `Absent`."""

    def __missing__(self, key: str) -> Json:
        """Report that the search cannot go on."""
        raise Absent(key)


class Thing(Struct, frozen=True):
    """A resource that exists, by its import id, as AWS describes it."""

    identity: str
    told: Json


class Use(Struct, frozen=True):
    """Something that uses a resource: its id or ARN (empty where it has none), and what it is in words."""

    by: str
    what: str


class Removal(Struct, frozen=True):
    """How a resource of a type is deleted, and what must not be deleted with it.

    `commands` are those of the AWS CLI, with the groups of `parts` (matched against the identity) as placeholders.
    `uses` returns everything that uses it; `data` says what data it holds, or nothing. `prepare` returns commands that
    must run first. `goes_with` returns the ids that vanish with it. `after` names the types that must go before.
    """

    commands: tuple[str, ...] = ()
    parts: str = r"(?P<id>.+)"
    uses: Callable[[Aws, Thing], Iterable[Use]] | None = None
    data: Callable[[Aws, Thing], str] | None = None
    prepare: Callable[[Aws, Thing], Iterable[str]] | None = None
    goes_with: Callable[[Thing], Iterable[str]] | None = None
    after: tuple[str, ...] = ()

    def parts_of(self, identity: str) -> Mapping[str, str]:
        """The placeholders of the commands for one resource."""
        found = re.fullmatch(self.parts, identity, re.DOTALL)
        return found.groupdict() if found else {}


class Quota(Struct, frozen=True):
    """A quota of an account in a region that a type counts against: Service Quotas' names for it, and its default.

    A default of None differs from account to account. Sources, read on 2026-11-26:
    https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html,
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html,
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html,
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
    """

    what: str
    service: str
    code: str
    default: int | None


class Kind(Struct, frozen=True, eq=False):
    """One AWS type. What a type lacks is said in words: `not_imported`, `untagged`, `stays`.

    `find` returns the candidates for an address; the error codes in `missing` mean that there are none. `name` is the
    argument whose value AWS keeps unique. `look` describes one resource by its import id, or returns None. `tags` reads
    the tags of a described resource. `of_arn` turns an ARN into an import id, or None for an ARN of another type.
    `of_state` turns the attributes in a Terraform state into an import id. `listed` returns the import ids that
    may belong to the stack of a name, for a type that AWS's tagging service may not list; their tags decide.
    """

    type: str
    find: Callable[[Aws, Known], Iterable[Match]] | None = None
    missing: tuple[str, ...] = ()
    name: str | None = None
    look: Callable[[Aws, str], Json] | None = None
    tags: Callable[[Aws, Thing], Tags] | None = None
    untagged: str = ""
    tags_of_part: Callable[[Aws, str], Tags] | None = None
    """The tags that a part of another resource may have of its own, by its import id: those of another stack count."""
    of_arn: Callable[[str], str | None] = lambda _arn: None
    of_state: Callable[[Mapping[str, Json]], str] = lambda attributes: str(attributes.get("id") or "")
    state_id: str = ""
    """The key of AWS's description that a state has as `id` or `arn`, where `of_state` reads a name instead: a resource
    that was made anew under its name is another one."""
    listed: Callable[[Aws, str], Iterable[str]] | None = None
    arn: str = ""
    """The ARN, with arguments in braces and `{*}` for what AWS adds."""
    judged_on: str = ""
    """The ARN that IAM evaluates Terraform's requests on, where it is another one."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Arguments whose change replaces the resource, with the key by which AWS's description has them (or empty)."""
    replaced_by: tuple[str, ...] = ()
    """Arguments whose change makes the provider replace it (`block.argument` inside a block), as recorded by
    `python -m tests.facts.regenerate_replacements`."""
    holds: str = ""
    """What is lost with it when it is replaced or destroyed."""
    interrupts: str = ""
    """What does not work while it is replaced."""
    guarded: Literal["", "always", "in use", "superseded"] = ""
    """When a build refuses to replace or destroy it; superseded: where another of its type is made instead."""
    removal: Removal | None = None
    stays: str = ""
    """Why `cleanup` never deletes it on its own."""
    not_imported: str = ""
    stored_again: str = ""
    not_read: tuple[str, ...] = ()
    """Arguments that an import cannot read from AWS, so the next apply sets them in place."""
    quota: Quota | None = None

    @property
    def permission_arn(self) -> str:
        """The ARN that IAM evaluates Terraform's requests on; `*` where they cannot be limited."""
        return self.judged_on or self.arn or "*"


def tags_of(told: Json) -> dict[str, str]:
    """The tags of an answer, which AWS services write in three ways."""
    if isinstance(told, Mapping):
        return dict(told)
    return {each.get("Key", each.get("key")): each.get("Value", each.get("value")) for each in told or []}


def described_tags(_aws: Aws, thing: Thing) -> Tags:
    """The tags that a description itself has."""
    return tags_of(thing.told.get("Tags", thing.told.get("tags")))


def of_arn(pattern: str) -> Callable[[str], str | None]:
    """A reader of ARNs: the group `id` of what follows `arn:PARTITION:`, or the whole ARN where that group is empty."""
    compiled = re.compile(rf"arn:[^:]+:{pattern}")

    def read(arn: str) -> str | None:
        found = compiled.fullmatch(arn)
        return (found["id"] or arn) if found else None

    return read


def first(call: str, members: str, parameter: str, *missing: str, several: bool = True) -> Callable[[Aws, str], Json]:
    """A `look` by one question: the first of the members, or None where AWS has no such thing."""

    def look(aws: Aws, identity: str) -> Json:
        told = aws.maybe(call, *missing, **{parameter: [identity] if several else identity})
        return next(iter(told[members]), None) if told else None

    return look


def attribute(name: str) -> Callable[[Mapping[str, Json]], str]:
    """An `of_state` that reads one attribute."""
    return lambda attributes: str(attributes.get(name) or "")
