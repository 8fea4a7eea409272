"""ARN does not fit its key."""

from collections.abc import Iterator

from stage3c.aws.arn_shapes import Place, how_to_find, misfit, partition_of_region, wrong_place
from stage3c.aws.facts import load
from stage3c.diagnostics import Finding, Path
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Hold each ARN of the spec against what its key takes."""
    place = Place(partition_of_region(stack.region), stack.region, stack.account or "")
    for path, shape, arn in _arns(stack):
        wrong = misfit(arn, shape, place)
        if wrong:
            fix = f"write the ARN that `{how_to_find(shape, stack.region)}` prints."
            yield Finding(f"{'.'.join(map(str, path))} {wrong}.", fix, path)
    yield from _granted(stack, place)


def _arns(stack: Stack) -> Iterator[tuple[Path, str, str]]:
    for name, balancer in stack.load_balancers.items():
        if balancer.https and balancer.https.certificate:
            yield ("load_balancers", name, "https", "certificate"), "certificate", balancer.https.certificate
    for name, database in stack.databases.items():
        if database.kms_key:
            yield ("databases", name, "kms_key"), "key", database.kms_key
    for name, secret in stack.secrets.items():
        if secret.kms_key:
            yield ("secrets", name, "kms_key"), "key", secret.kms_key


def _granted(stack: Stack, place: Place) -> Iterator[Finding]:
    """Permissions may be on anything, in any account and region, but in no other partition and in no region that is none."""
    regions = load("regions")["zone_letters_by_region"]
    for name, service in stack.services.items():
        for number, grant in enumerate(service.permissions):
            for position, arn in enumerate(grant.resources):
                _, partition, _, region, *_ = arn.split(":", 5)
                wrong = wrong_place(Place(partition), Place(place.partition))
                if wrong is None and region and region not in regions:
                    wrong = f"is of region {region[:30]}, which does not exist"
                if wrong:
                    path: Path = ("services", name, "permissions", number, "resources", position)
                    cause = f"services.{name}.permissions[{number}].resources[{position}] {wrong}."
                    yield Finding(cause, f"write `arn:{place.partition}:` and the region {place.region}.", path)


RULE = Rule(
    id="SEC111",
    title="ARN does not fit its key",
    what="An ARN is of another service, kind, partition, region or account than its key requires.",
    why=(
        "AWS rejects it at apply, or takes it and never works: a KMS alias makes Terraform replace the database at every "
        "plan, and kms:Decrypt on an alias grants nothing."
    ),
    fix="Write the ARN of a resource of the right kind in the region of the stack.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html (2026-11-28)",
    bad="databases: {orders: {kms_key: 'arn:aws:kms:eu-central-1:123456789012:alias/orders'}}",
    good="databases: {orders: {kms_key: 'arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d'}}",
    check_spec=check,
)
