"""The wait for a certificate to be issued."""

from stage3c.aws.kinds.kind import Kind

KIND = Kind(
    type="aws_acm_certificate_validation",
    replaced_by=("certificate_arn", "validation_record_fqdns"),
    untagged="not a resource",
    judged_on="arn:{partition}:acm:{region}:{account}:certificate/{*}",
    not_imported="it only waits for the certificate, and is made anew without touching anything",
)
