"""A scaling policy: by its name on its scaling target."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Aws, Kind, Known, Match


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    resource, dimension = known["resource_id"], known["scalable_dimension"]
    asked = {"ServiceNamespace": known["service_namespace"], "ResourceId": resource, "ScalableDimension": dimension}
    for each in aws.all("application-autoscaling.describe_scaling_policies", "ScalingPolicies", **asked):
        if each["PolicyName"] == known["name"]:
            identity = f"{known['service_namespace']}/{resource}/{dimension}/{known['name']}"
            yield Match(identity, {"arn": each["PolicyARN"]}, by="attachment")


KIND = Kind(
    type="aws_appautoscaling_policy",
    replaced_by=("name", "resource_id", "scalable_dimension", "service_namespace"),
    find=_find,
    settings={"name": "", "resource_id": ""},
    untagged="part of a scaling target",
    judged_on="arn:{partition}:application-autoscaling:{region}:{account}:scalable-target/{*}",
)
