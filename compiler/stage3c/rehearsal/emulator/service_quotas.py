"""Service Quotas: those of other services than the VPC, with AWS's defaults, as an account has them."""

from typing import Any

from moto.servicequotas.models import ServiceQuotasBackend

_VALUES = {
    ("ec2", "L-0263D0A3"): 5.0,
    ("elasticloadbalancing", "L-53DA6B97"): 50.0,
    ("fargate", "L-3032A538"): 16.0,
    ("rds", "L-7B6409FD"): 40.0,
}


def extend() -> None:
    """Answer GetServiceQuota for them; what is not in the list stays unknown, as some are in AWS."""
    get = ServiceQuotasBackend.get_service_quota

    def get_more(backend: Any, service_code: str, quota_code: str) -> dict[str, Any]:
        value = _VALUES.get((service_code, quota_code))
        return {"QuotaCode": quota_code, "Value": value} if value else get(backend, service_code, quota_code)

    ServiceQuotasBackend.get_service_quota = get_more  # type: ignore[method-assign,assignment] # an extension
