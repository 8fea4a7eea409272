"""The images that the services start from, as far as they stand in ECR."""

import json
import shlex
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Final

from stage3c.aws.kinds.kind import Json, Unanswered
from stage3c.language.model.service import Service
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, found, side_by_side
from stage3c.live.check import Check, Problem
from stage3c.live.existing import names_of
from stage3c.resources.repositories import PrivateImage, private_image
from stage3c.wording import listed

_PLATFORMS: Final = {"x86_64": "amd64", "arm64": "arm64"}
_MANIFESTS: Final = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_MISSING: Final = ("ImageNotFoundException", "RepositoryNotFoundException")
_CONFIG_MAX_BYTES: Final = 1 << 20
_WAIT_MAX_SECONDS: Final = 15


def ask(account: Account, stack: Stack) -> Json:
    """By service: whether its image is pushed and for which architectures, or why nobody knows.

    A repository of the stack's own that is not there yet is made by the apply, so it is left out.
    """
    places = _places(stack)
    answers = side_by_side(lambda name: _looked_up(account, stack, name, places[name]), places)
    return {name: answer for name, answer in zip(places, answers, strict=True) if answer is not None} or None


def judge(stack: Stack, answer: Json) -> Iterator[Problem]:
    """A service whose image is missing, or is for another processor, starts no task, and its deployment is rolled back."""
    for name, place in _places(stack).items():
        service = stack.services[name]
        if service.build and name not in answer:
            continue
        told = answer[name]
        where, wanted = f"{place.repository} has no image {place.version}", _PLATFORMS[service.architecture]
        if "unknown" in told:
            cause = f"what image {place.version} of {place.repository} is for is not known: {told['unknown']}."
            yield Problem(cause, "allow the caller to pull it, or look yourself.", "unknown")
        elif not told["pushed"]:
            yield Problem(f"repository {where}, from which service {name} starts.", _push(service, place))
        elif told["architectures"] and wanted not in told["architectures"]:
            built = listed(told["architectures"])
            cause = f"image {place.version} of {place.repository} is for {built}, and service {name} runs on {wanted}."
            yield Problem(cause, f"{_push(service, place)}, or write services.{name}.architecture.")


def _push(service: Service, place: PrivateImage) -> str:
    registry = f"{place.account or '<account>'}.dkr.ecr.{place.region}.amazonaws.com"
    image = shlex.quote(f"{registry}/{place.repository}:{place.version}")
    folder = shlex.quote(service.build or "<its folder>")
    return f"docker buildx build --platform linux/{_PLATFORMS[service.architecture]} --push -t {image} {folder}"


def _places(stack: Stack) -> dict[str, PrivateImage]:
    """Where the image of each service stands; those of other registries are nobody's to ask here."""
    own = names_of(stack, "aws_ecr_repository")
    places: dict[str, PrivateImage | None] = {}
    for name, service in stack.services.items():
        built = PrivateImage(stack.account or "", stack.region, own[name], service.tag) if name in own else None
        places[name] = built or private_image(service.image or "")
    return {name: place for name, place in places.items() if place is not None}


def _looked_up(account: Account, stack: Stack, name: str, place: PrivateImage) -> Json:
    client = account.client("ecr", place.region)
    registry = {"registryId": place.account} if place.account else {}
    try:
        which = {"repositoryNames": [place.repository], **registry}
        built = stack.services[name].build is not None
        there = found(lambda: client.describe_repositories(**which), _MISSING[1]) if built else True
        if there is None:
            return None
        return _described(account, client, place, registry)
    except Unanswered as reason:
        return {"unknown": str(reason)}


def _described(account: Account, client: Json, place: PrivateImage, registry: Json) -> Json:
    kind = "imageDigest" if place.version.startswith("sha256:") else "imageTag"
    wanted = {"repositoryName": place.repository, "imageIds": [{kind: place.version}], **registry}
    answer = found(lambda: client.batch_get_image(**wanted, acceptedMediaTypes=_MANIFESTS), *_MISSING)
    if answer is None or not answer["images"]:
        return {"pushed": False, "architectures": []}
    known, digest = _read(answer["images"][0]["imageManifest"])
    if digest:
        layer = {"repositoryName": place.repository, "layerDigest": digest, **registry}
        known = {_config(account, client.get_download_url_for_layer(**layer)["downloadUrl"]).get("architecture")}
    return {"pushed": True, "architectures": sorted(each for each in known if isinstance(each, str))}


def _read(text: str) -> tuple[set[Json], str]:
    """The architectures that an index lists, or the digest of the configuration of one image; what was pushed may be anything."""
    try:
        manifest = json.loads(text)
        if "manifests" not in manifest:
            return set(), str(manifest["config"]["digest"])
        platforms = [each.get("platform") or {} for each in manifest["manifests"]]
        return {each.get("architecture") for each in platforms if each.get("os") == "linux"}, ""
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        raise Unanswered("its manifest cannot be read") from None


def _config(account: Account, url: str) -> Json:
    """The configuration of an image of one platform, from where ECR keeps it."""
    if not url.startswith("https://" if account.endpoint_url is None else ("https://", "http://")):
        raise Unanswered("ECR gave no address of https")
    try:
        with urllib.request.urlopen(url, timeout=_WAIT_MAX_SECONDS) as answer:  # noqa: S310 - looked at above
            config = json.loads(answer.read(_CONFIG_MAX_BYTES))
    except (OSError, ValueError, RecursionError, urllib.error.URLError):
        raise Unanswered("its configuration cannot be read") from None
    return config if isinstance(config, dict) else {}


CHECK = Check(
    id="PRE108",
    title="Images are pushed, for the right architecture",
    why="Tasks whose image is missing or cannot run there never start, and the circuit breaker rolls the deployment back.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html",
    ask=ask,
    answer=(None, {str: ({"pushed": bool, "architectures": [str]}, {"unknown": str})}),
    judge=judge,
)
