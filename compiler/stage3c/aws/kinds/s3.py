"""What the parts of a bucket share: each has the bucket's own name as its import id."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Aws, Kind, Known, Match


def part(kind: str, call: str, member: str, *missing: str) -> Kind:
    """The kind of one setting of a bucket."""

    def find(aws: Aws, known: Known) -> Iterator[Match]:
        if aws.ask(f"s3.{call}", Bucket=known["bucket"]).get(member):
            yield Match(known["bucket"], by="attachment")

    return Kind(
        type=kind,
        find=find,
        missing=("NoSuchBucket", *missing),
        settings={"bucket": ""},
        replaced_by=("bucket",),
        untagged="part of a bucket",
        judged_on="arn:{partition}:s3:::{bucket}",
    )
