"""A bucket: by its name, which is unique in the world."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Aws, Json, Kind, Known, Match, Removal, Tags, Thing, Use, of_arn, tags_of


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    aws.ask("s3.head_bucket", Bucket=known["bucket"])
    yield Match(known["bucket"], {"arn": f"arn:{aws.partition}:s3:::{known['bucket']}"})


def _look(aws: Aws, identity: str) -> Json:
    told = aws.maybe("s3.head_bucket", "404", "NoSuchBucket", Bucket=identity)
    return None if told is None else {"Name": identity}


def _tags(aws: Aws, thing: Thing) -> Tags:
    told = aws.maybe("s3.get_bucket_tagging", "NoSuchTagSet", Bucket=thing.identity)
    return tags_of(told["TagSet"]) if told else {}


def _data(aws: Aws, thing: Thing) -> str:
    """Old versions are data too; delete markers are none, but AWS deletes no bucket that has some."""
    if next(aws.all("s3.list_object_versions", "Versions", Bucket=thing.identity), None):
        return "it contains objects or old versions of them"
    if next(aws.all("s3.list_object_versions", "DeleteMarkers", Bucket=thing.identity), None):
        return "it contains delete markers"
    return ""


def _uses(aws: Aws, thing: Thing) -> Iterator[Use]:
    for balancer in aws.all("elbv2.describe_load_balancers", "LoadBalancers"):
        arn = balancer["LoadBalancerArn"]
        told = aws.ask("elbv2.describe_load_balancer_attributes", LoadBalancerArn=arn)["Attributes"]
        settings = {each["Key"]: each["Value"] for each in told}
        if settings.get("access_logs.s3.enabled") == "true" and settings.get("access_logs.s3.bucket") == thing.identity:
            yield Use(arn, f"access logs of load balancer {balancer['LoadBalancerName']}")


KIND = Kind(
    type="aws_s3_bucket",
    replaced_by=("bucket",),
    holds="its objects",
    guarded="always",
    find=_find,
    missing=("404", "NoSuchBucket"),
    name="bucket",
    look=_look,
    tags=_tags,
    of_arn=of_arn(r"s3:::(?P<id>.+)"),
    arn="arn:{partition}:s3:::{bucket}",
    settings={"bucket": "Name"},
    not_read=("force_destroy",),
    removal=Removal(("s3api delete-bucket --bucket {id}",), uses=_uses, data=_data, after=("aws_lb",)),
)
