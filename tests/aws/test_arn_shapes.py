"""Which ARN fits which argument."""

import pytest
from stage3c.aws.arn_shapes import Place, how_to_find, misfit, partition_of_region
from stage3c.aws.facts import load

HERE = Place("aws", "eu-west-1", "111122223333")


@pytest.mark.parametrize(
    ("shape", "arn"),
    [
        ("certificate", "arn:aws:acm:eu-west-1:111122223333:certificate/x"),
        ("certificate", "arn:aws:iam::111122223333:server-certificate/x"),
        ("key", "arn:aws:kms:eu-west-1:999999999999:key/mrk-1"),
        ("key_or_alias", "arn:aws:kms:eu-west-1:111122223333:alias/x"),
        ("key", "arn:aws:kms:«region»:«account»:key/«aws_kms_key.main»"),
        ("key", "arn:aws:kms:eu-west-1:111122223333:«aws_kms_key.main»"),
        ("topic", "arn:aws:sns:us-east-1:111122223333:alarms"),
        ("role", "arn:aws:iam::111122223333:role/path/x"),
        ("key", "not an arn"),
    ],
)
def test_what_fits(shape: str, arn: str) -> None:
    assert misfit(arn, shape, HERE) is None


@pytest.mark.parametrize(
    ("shape", "arn", "wrong"),
    [
        ("certificate", "arn:aws:s3:::bucket", "the service s3"),
        ("certificate", "arn:aws:acm:zz:111122223333:certificate/x", "region zz"),
        ("certificate", "arn:aws:acm::111122223333:certificate/x", "no region"),
        ("certificate", "arn:aws:acm:eu-west-1:999999999999:certificate/x", "account 999999999999"),
        ("certificate", "arn:aws-cn:acm:eu-west-1:111122223333:certificate/x", "partition aws-cn"),
        ("key", "arn:aws:kms:eu-west-1:111122223333:alias/x", "an ARN of alias"),
        ("key", "arn:aws:kms:us-east-1:111122223333:key/x", "region us-east-1"),
        ("role", "arn:aws:iam::111122223333:instance-profile/x", "instance-profile"),
        ("role", "arn:aws:iam::999999999999:role/x", "account 999999999999"),
    ],
)
def test_what_does_not_fit(shape: str, arn: str, wrong: str) -> None:
    assert wrong in (misfit(arn, shape, HERE) or "")


def test_what_is_not_known_of_the_stack_is_compared_with_nothing() -> None:
    assert misfit("arn:aws-cn:acm:cn-north-1:999999999999:certificate/x", "certificate", Place()) is None


def test_every_argument_has_a_shape_and_every_shape_a_command() -> None:
    facts = load("arn_arguments")
    assert set(facts["arguments"].values()) | {"key_or_alias"} == set(facts["shapes"])
    assert all(how_to_find(shape, "eu-west-1").startswith("aws ") for shape in facts["shapes"])
    assert [partition_of_region(region) for region in ("cn-north-1", "us-gov-west-1", "eu-west-1")] == [
        "aws-cn", "aws-us-gov", "aws"
    ]  # fmt: skip
