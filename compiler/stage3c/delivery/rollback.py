"""Back to an earlier image of a service, and to nothing else: variables, secrets and size stay as they are now.

Where the earlier revision of the task definition differs in the image alone, the service gets that revision; otherwise a new
one, a copy of the current with the image of the earlier. The first registers no revision that
Terraform does not know; the second keeps current variables and sizes, which may belong to a changed database or load balancer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final

from stage3c.aws.kinds.kind import Refused, Unanswered
from stage3c.delivery.running import cluster_of, container_of, definition, deployed, image_in, service_of, short
from stage3c.live.account import Account, LiveError, UsageError, found
from stage3c.pipeline import Build
from stage3c.resources.repositories import private_image

_LOOKED_AT_MAX: Final = 50
_DEPLOYMENTS_MAX: Final = 100
_REVISIONS_AT_ONCE: Final = 20
"""https://docs.aws.amazon.com/goto/WebAPI/ecs-2014-11-13/DescribeServiceRevisions (2026-11-28)."""
_ENDED: Final = {
    "SUCCESSFUL": True,
    "STOPPED": False,
    "ROLLBACK_REQUESTED": False,
    "ROLLBACK_IN_PROGRESS": False,
    "ROLLBACK_SUCCESSFUL": False,
    "ROLLBACK_FAILED": False,
}
"""Whether a deployment with this status succeeded; it still may with any other."""
_GIVEN: Final = (
    "family", "taskRoleArn", "executionRoleArn", "networkMode", "containerDefinitions", "volumes", "placementConstraints",
    "requiresCompatibilities", "cpu", "memory", "pidMode", "ipcMode", "proxyConfiguration", "ephemeralStorage",
    "runtimePlatform", "inferenceAccelerators", "enableFaultInjection",
    "trustedExecutionConfiguration",
)  # fmt: skip
"""What a new revision is given of another one; the rest is ECS's own.

Every parameter of RegisterTaskDefinition but the tags, by botocore's description and
https://rdrr.io/cran/paws.compute/man/ecs_register_task_definition.html (2026-11-28).
"""
_SHOWN: Final = ("cpu", "memory")
_BY_NAME: Final = {"environment": ("variable", "value"), "secrets": ("secret variable", "valueFrom")}
_NO_IMAGE: Final = ("ImageNotFoundException", "RepositoryNotFoundException")


@dataclass(frozen=True, slots=True)
class Rollback:
    """What is about to be done to a service."""

    service: str
    current: str
    """The revision that is deployed, as `family:7`."""
    current_image: str
    target: str
    """The revision whose image comes back."""
    image: str
    registered: datetime | None
    differences: tuple[str, ...]
    """What else differs and is not rolled back, without values of variables."""
    passed_over: tuple[str, ...]
    """The revisions with another image that come before it, and whose deployments failed."""
    unchecked: str
    """Why it is not known whether the image still exists; empty if it does."""
    new: Mapping[str, Any] | None
    """The revision to register; None if the earlier one is used."""


def rollback_of(account: Account, build: Build, key: str, to: str | None) -> Rollback:
    """What a rollback would do; by default to the newest earlier revision that has another image."""
    container = container_of(build, key)
    service = deployed(account, build, key)
    current = definition(account, str(service["taskDefinition"]))
    failed = frozenset[str]() if to else _failed(account, service)
    target, passed_over = (
        (_chosen(account, current, container, to), ()) if to else _earlier(account, current, container, failed)
    )
    now, image = image_in(current, container), image_in(target, container)
    _refuse_same(current, target, now, image, key)
    unchecked = _missing(account, image)
    different = tuple(_differences(current, target, container))
    is_usable = not different and target.get("status") == "ACTIVE"
    return Rollback(
        key,
        short(str(current["taskDefinitionArn"])),
        now,
        short(str(target["taskDefinitionArn"])),
        image,
        target.get("registeredAt"),
        different,
        tuple(short(arn) for arn in passed_over),
        unchecked,
        None if is_usable else _copy(account, current, container, image),
    )


def perform(account: Account, build: Build, rollback: Rollback) -> Mapping[str, Any]:
    """Give the service its revision: the service as ECS then describes it. Refused where it no longer runs what was looked at."""
    now = short(str(deployed(account, build, rollback.service)["taskDefinition"]))
    if now != rollback.current:
        cause = f"services.{rollback.service} was deployed meanwhile: it has {now}, no longer {rollback.current}."
        raise LiveError(cause, "look at it with stage3c status SPEC, then run the same command again.")
    revision = rollback.target
    if rollback.new is not None:
        made = account.ask("ecs.register_task_definition", **rollback.new)
        revision = str(made["taskDefinition"]["taskDefinitionArn"])
    asked = {"cluster": cluster_of(build), "service": service_of(build, rollback.service)}
    answer: Mapping[str, Any] = account.ask("ecs.update_service", **asked, taskDefinition=revision)["service"]
    return answer


def tag_to_keep(rollback: Rollback) -> str:
    """The tag of the image; empty if it is named by its digest."""
    name = rollback.image.rpartition("/")[2]
    return "" if "@" in name else name.partition(":")[2]


def _chosen(account: Account, current: Mapping[str, Any], container: str, to: str) -> Any:  # noqa: ANN401 - what AWS answers
    family = str(current["family"])
    number = to.removeprefix(f"{family}:")
    if not (number.isascii() and number.isdigit()):
        raise UsageError("the revision is not a number.", "write for example --to 6.")
    try:
        return definition(account, f"{family}:{int(number)}")
    except Refused as refused:
        if refused.is_denied:
            raise
        known = ", ".join(
            str(each["revision"]) for each in islice(_revisions(account, current, container), _LOOKED_AT_MAX)
        )
        cause = f"{family} has no revision {int(number)}."
        raise UsageError(cause, f"use one of {known}." if known else "there is no other.") from None


def _earlier(
    account: Account, current: Mapping[str, Any], container: str, failed: frozenset[str]
) -> tuple[Any, tuple[str, ...]]:
    """The newest earlier revision with another image that ever ran, and those before it that did not."""
    now, passed_over = image_in(current, container), list[str]()
    looked_at = islice(_revisions(account, current, container), _LOOKED_AT_MAX)
    for each in looked_at:
        if each["revision"] < current["revision"] and image_in(each, container) != now:
            if str(each["taskDefinitionArn"]) not in failed:
                return each, tuple(passed_over)
            passed_over.append(str(each["taskDefinitionArn"]))
    which = f" and a deployment that did not fail, unlike {', '.join(map(short, passed_over))}" if passed_over else ""
    cause = f"no earlier revision of {current['family']} has another image than {now.rpartition('/')[2]}{which}."
    raise LiveError(cause, "write the tag to go to with stage3c tag SPEC SERVICE=TAG, build and apply.")


def _failed(account: Account, service: Mapping[str, Any]) -> frozenset[str]:
    """The task definitions that were deployed and never with success, as far as ECS remembers and may be asked.

    https://docs.aws.amazon.com/goto/WebAPI/ecs-2014-11-13/ListServiceDeployments (2026-11-28)
    """
    asked = {"cluster": service["clusterArn"], "service": service["serviceArn"], "maxResults": _DEPLOYMENTS_MAX}
    ended: dict[bool, set[str]] = {True: set(), False: set()}
    try:
        for each in account.ask("ecs.list_service_deployments", **asked)["serviceDeployments"]:
            if each["status"] in _ENDED:
                ended[_ENDED[each["status"]]].add(str(each["targetServiceRevisionArn"]))
        good, bad = (_definitions(account, sorted(ended[outcome])) for outcome in (True, False))
    except Unanswered:
        return frozenset()
    return frozenset(bad - good)


def _definitions(account: Account, revisions: Sequence[str]) -> set[str]:
    """The task definitions of service revisions."""
    return {
        str(each["taskDefinition"])
        for start in range(0, len(revisions), _REVISIONS_AT_ONCE)
        for each in account.ask(
            "ecs.describe_service_revisions", serviceRevisionArns=[*revisions[start : start + _REVISIONS_AT_ONCE]]
        )["serviceRevisions"]
    }


def _revisions(account: Account, current: Mapping[str, Any], container: str) -> Iterator[Any]:
    """The active revisions that have the container, the newest first."""
    asked = {"familyPrefix": current["family"], "status": "ACTIVE"}
    arns = [str(arn) for arn in account.all("ecs.list_task_definitions", "taskDefinitionArns", **asked)]
    for arn in sorted(arns, key=lambda arn: int(arn.rpartition(":")[2]), reverse=True):
        told = definition(account, arn)
        if told["family"] == current["family"] and image_in(told, container):
            yield told


def _refuse_same(current: Mapping[str, Any], target: Mapping[str, Any], now: str, image: str, key: str) -> None:
    then = short(str(target["taskDefinitionArn"]))
    if not image:
        raise UsageError(f"{then} has no container of service {key}.", "use another revision.")
    if image == now:
        raise UsageError(f"{then} has the image that is deployed now, {now}.", "use another revision.")
    platforms = [each.get("runtimePlatform", {}).get("cpuArchitecture", "X86_64") for each in (current, target)]
    if platforms[0] != platforms[1]:
        cause = f"the image of {then} is for {platforms[1]}, and the service runs on {platforms[0]}."
        raise LiveError(cause, f"write services.{key}.architecture and the tag, build and apply.")


def _missing(account: Account, image: str) -> str:
    """Raise if ECR no longer has the image; return why it is not known."""
    place = private_image(image)
    if place is None:
        return "only private ECR repositories are checked"
    kind = "imageDigest" if place.version.startswith("sha256:") else "imageTag"
    asked = {"repositoryName": place.repository, "imageIds": [{kind: place.version}]}
    registry = {"registryId": place.account} if place.account else {}
    client = account.client("ecr", place.region)
    try:
        there = found(lambda: client.describe_images(**asked, **registry), *_NO_IMAGE)
    except Unanswered as reason:
        return str(reason)
    if not there or not there.get("imageDetails"):
        cause = f"repository {place.repository} no longer has image {place.version}."
        raise LiveError(cause, "use another revision, or push the image again.")
    return ""


def _differences(current: Mapping[str, Any], target: Mapping[str, Any], container: str) -> Iterator[str]:
    """What differs between two revisions besides the image of a container, with names and no values of variables."""
    for name in _GIVEN:
        now, then = current.get(name), target.get(name)
        if name != "containerDefinitions" and now != then:
            yield f"{name} is {now}, was {then}" if name in _SHOWN else f"{name} differs"
    ours, theirs = (_containers(each) for each in (current, target))
    for name in sorted(ours.keys() | theirs.keys()):
        if name not in ours or name not in theirs:
            yield f"container {name} is {'new' if name in ours else 'gone'}"
            continue
        prefix = "" if name == container else f"container {name}: "
        skipped = "image" if name == container else ""
        yield from (f"{prefix}{each}" for each in _in_container(ours[name], theirs[name], skipped))


def _containers(task: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {str(each["name"]): each for each in task.get("containerDefinitions", [])}


def _in_container(now: Mapping[str, Any], then: Mapping[str, Any], skipped: str) -> Iterator[str]:
    for name in sorted(now.keys() | then.keys()):
        if now.get(name) == then.get(name) or name == skipped:
            continue
        if name in _BY_NAME:
            kind, value = _BY_NAME[name]
            yield from _by_name(kind, value, now.get(name) or (), then.get(name) or ())
        else:
            yield f"{name} is {now.get(name)}, was {then.get(name)}" if name in _SHOWN else f"{name} differs"


def _by_name(kind: str, value: str, now: Any, then: Any) -> Iterator[str]:  # noqa: ANN401 - what AWS answers
    ours, theirs = ({str(each["name"]): each.get(value) for each in given} for given in (now, then))
    for name in sorted(ours.keys() | theirs.keys()):
        if name not in theirs:
            yield f"{kind} {name} is new"
        elif name not in ours:
            yield f"{kind} {name} is gone"
        elif ours[name] != theirs[name]:
            yield f"{kind} {name} has another value"


def _copy(account: Account, current: Mapping[str, Any], container: str, image: str) -> dict[str, Any]:
    """The current revision with another image, and with its tags."""
    made: dict[str, Any] = {name: current[name] for name in _GIVEN if current.get(name) not in (None, [], {})}
    made["containerDefinitions"] = [
        {**each, "image": image} if each["name"] == container else each for each in current["containerDefinitions"]
    ]
    told = account.ask("ecs.describe_task_definition", taskDefinition=current["taskDefinitionArn"], include=["TAGS"])
    return {**made, "tags": told["tags"]} if told.get("tags") else made
