"""Pin what the images are built from, as it is today: python services/pins.py; read the diff before you commit it.

Writes the digest of each base image, and the checksum of the root certificates of RDS, into the Dockerfiles.
The steps of a registry: https://distribution.github.io/distribution/spec/api/ (2026-11-28).
"""

import argparse
import hashlib
import re
from pathlib import Path

import httpx

SERVICES = Path(__file__).resolve().parent
DOCKER_HUB = "https://registry-1.docker.io"
KINDS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
BASE = re.compile(r"^(ARG [A-Z]+=)([a-z0-9./-]+):([\w.-]+)(?:@sha256:[0-9a-f]{64})?$", re.MULTILINE)
BUNDLE = re.compile(r"^ARG RDS_BUNDLE=(\S+)$", re.MULTILINE)
CHECKSUM = re.compile(r"^(ARG RDS_BUNDLE_SHA256=).*$", re.MULTILINE)


def digest(client: httpx.Client, registry: str, name: str, tag: str) -> str:
    """The digest of an image for all its architectures, or of the one that it is for."""
    path = name if "/" in name or registry != DOCKER_HUB else f"library/{name}"
    url, accepted = f"{registry}/v2/{path}/manifests/{tag}", {"accept": ", ".join(KINDS)}
    answer = client.get(url, headers=accepted)
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        asked = dict(re.findall(r'(\w+)="([^"]*)"', answer.headers["www-authenticate"]))
        token = client.get(asked.pop("realm"), params=asked).raise_for_status().json()["token"]
        answer = client.get(url, headers={**accepted, "authorization": f"Bearer {token}"})
    kind = answer.raise_for_status().headers.get("content-type")
    if kind not in KINDS:
        raise SystemExit(f"{url} answers {kind}, which is no image")
    return f"sha256:{hashlib.sha256(answer.content).hexdigest()}"


def pinned(client: httpx.Client, registry: str, dockerfile: str) -> str:
    """A Dockerfile with today's digests and checksum."""
    text = BASE.sub(
        lambda found: f"{found[1]}{found[2]}:{found[3]}@{digest(client, registry, found[2], found[3])}", dockerfile
    )
    if bundle := BUNDLE.search(text):
        content = client.get(bundle[1]).raise_for_status().content
        text = CHECKSUM.sub(rf"\g<1>{hashlib.sha256(content).hexdigest()}", text)
    return text


def main() -> None:
    """Write the Dockerfiles only when all that is asked for is known."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--registry", default=DOCKER_HUB, help="where the base images are")
    parser.add_argument("dockerfiles", nargs="*", type=Path, default=sorted(SERVICES.glob("*/Dockerfile")))
    arguments = parser.parse_args()
    try:
        with httpx.Client(timeout=30, follow_redirects=True) as client:
            texts = {
                path: pinned(client, arguments.registry, path.read_text(encoding="utf-8"))
                for path in arguments.dockerfiles
            }
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise SystemExit(f"nothing was written: {error}") from None
    except (KeyError, ValueError):
        raise SystemExit("nothing was written: the registry does not say how to log in") from None
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
