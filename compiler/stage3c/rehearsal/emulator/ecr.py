"""ECR: where a layer is downloaded from. Layers stand in a bucket, as in AWS; here it is `ecr-layers`."""

from typing import Any

from moto.core.responses import ActionResult
from moto.ecr.responses import ECRResponse


def extend() -> None:
    """Answer GetDownloadUrlForLayer."""
    ECRResponse.get_download_url_for_layer = _url  # type: ignore[method-assign,assignment] # an extension


def _url(response: Any) -> ActionResult:
    digest = response._get_param("layerDigest")
    return ActionResult(
        {"downloadUrl": f"http://{response.headers['Host']}/ecr-layers/{digest}", "layerDigest": digest}
    )
