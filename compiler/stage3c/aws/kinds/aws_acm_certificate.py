"""A certificate: the one of the same names that can be used."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Aws, Json, Kind, Known, Match, Removal, Tags, Thing, Use, of_arn, tags_of

_USABLE = ["PENDING_VALIDATION", "ISSUED"]


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    names = {known["domain_name"], *known.get("subject_alternative_names", [])}
    for each in aws.all("acm.list_certificates", "CertificateSummaryList", CertificateStatuses=_USABLE):
        if each["DomainName"] != known["domain_name"]:
            continue
        told = aws.ask("acm.describe_certificate", CertificateArn=each["CertificateArn"])["Certificate"]
        if set(told.get("SubjectAlternativeNames") or [told["DomainName"]]) == names:
            attributes = {"arn": each["CertificateArn"], "domain_validation_options": _options(told)}
            yield Match(each["CertificateArn"], attributes)


def _options(certificate: Json) -> list[Json]:
    return [
        {
            "domain_name": each["DomainName"],
            "resource_record_name": each["ResourceRecord"]["Name"],
            "resource_record_type": each["ResourceRecord"]["Type"],
            "resource_record_value": each["ResourceRecord"]["Value"],
        }
        for each in certificate.get("DomainValidationOptions", [])
        if each.get("ResourceRecord")
    ]


def _look(aws: Aws, identity: str) -> Json:
    told = aws.maybe("acm.describe_certificate", "ResourceNotFoundException", CertificateArn=identity)
    return told["Certificate"] if told else None


def _tags(aws: Aws, thing: Thing) -> Tags:
    return tags_of(aws.ask("acm.list_tags_for_certificate", CertificateArn=thing.identity).get("Tags"))


def _uses(_aws: Aws, thing: Thing) -> Iterator[Use]:
    yield from (Use(arn, arn) for arn in thing.told.get("InUseBy", []))


KIND = Kind(
    type="aws_acm_certificate",
    replaced_by=("domain_name", "subject_alternative_names", "validation_method"),
    find=_find,
    look=_look,
    tags=_tags,
    of_arn=of_arn(r"acm:[^:]*:[^:]*:certificate/.+(?P<id>)"),
    judged_on="arn:{partition}:acm:{region}:{account}:certificate/{*}",
    settings={"domain_name": "DomainName"},
    removal=Removal(
        ("acm delete-certificate --certificate-arn {id}",), uses=_uses, after=("aws_lb", "aws_lb_listener")
    ),
)
