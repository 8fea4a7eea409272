"""The certificates of HTTPS: those that exist, and whether Amazon may issue those that are to be made."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

from stage3c.aws.kinds.kind import Json
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, found
from stage3c.live.check import Check, Problem
from stage3c.live.hosted_zones import public_zone, record_sets
from stage3c.resources.domain import covers, hostnames_of
from stage3c.wording import listed

_AMAZON = {"amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"}
_LEFT_MIN_DAYS = 14
_DESCRIBED = {"status": str, "reason": str, "names": [str], "until": (None, str), "records": [str]}
_ANSWER = (None, {"existing": {str: (None, _DESCRIBED)}, "caa": {str: [str]}, "today": str})


def ask(account: Account, stack: Stack) -> Json:
    """Each existing certificate by load balancer, the CAA records over each name that one is to be made for, and today's date."""
    existing = {name: _described(account, arn) for name, arn in _existing(stack).items()}
    zone = public_zone(account, stack.domain.zone) if stack.domain else None
    caa = {name: _caa(account, zone, stack, name) for name in _made(stack)} if zone else {}
    if not existing and not caa:
        return None
    return {"existing": existing, "caa": caa, "today": datetime.now(UTC).date().isoformat()}


def judge(stack: Stack, answer: Json) -> Iterator[Problem]:
    """One that exists must be issued, valid and for the names; one that is made must not be forbidden."""
    for name, arn in _existing(stack).items():
        told = answer["existing"][name]
        if told is None:
            yield Problem(f"there is no certificate {arn}.", f"write another load_balancers.{name}.https.certificate.")
        else:
            yield from _unfit(arn, told, hostnames_of(stack, name), date.fromisoformat(answer["today"]))
    for hostname in _made(stack):
        values = answer["caa"][hostname] if answer["caa"] else []  # where there is no zone, there are no records
        allowed = _issuers(values, wild=hostname.startswith("*."))
        if allowed is not None and not allowed & _AMAZON:
            only = f"only {listed(sorted(allowed))}" if allowed else "nobody"
            cause = f"the CAA records let {only} issue certificates for {hostname}, so ACM's request fails."
            yield Problem(cause, 'add a record to the zone: CAA 0 issue "amazon.com"')


def _unfit(arn: str, told: Json, hostnames: Sequence[str], today: date) -> Iterator[Problem]:
    describe = f"aws acm describe-certificate --certificate-arn {arn}"
    if told["status"] != "ISSUED":
        why = f" ({told['reason']})" if told["reason"] else ""
        records = f"make the records that it waits for: {listed(told['records'])}"
        fix = records if told["records"] else f"see why: {describe}"
        yield Problem(f"certificate {arn} is {told['status']}{why}, and no listener takes it.", fix)
    uncovered = [name for name in hostnames if not any(covers(each, name) for each in told["names"])]
    if uncovered:
        cause = f"certificate {arn} is for {listed(told['names'])}, not for {listed(uncovered)}."
        yield Problem(cause, "request one for all of the names, or leave the certificate out: one is then made.")
    if told["until"] and (date.fromisoformat(told["until"]) - today).days < _LEFT_MIN_DAYS:
        cause = f"certificate {arn} is valid until {told['until']}, and was not renewed yet."
        yield Problem(cause, f"see why: {describe}", "warning" if told["status"] == "ISSUED" else "error")


def _existing(stack: Stack) -> dict[str, str]:
    balancers = stack.load_balancers.items()
    return {name: each.https.certificate for name, each in balancers if each.https and each.https.certificate}


def _made(stack: Stack) -> list[str]:
    made = (name for name, each in stack.load_balancers.items() if each.https and not each.https.certificate)
    return sorted({hostname for name in made for hostname in hostnames_of(stack, name)})


def _described(account: Account, arn: str) -> Json:
    acm = account.client("acm")
    answer = found(lambda: acm.describe_certificate(CertificateArn=arn), "ResourceNotFoundException")
    if answer is None:
        return None
    told = answer["Certificate"]
    until = told.get("NotAfter")
    return {
        "status": told["Status"],
        "reason": told.get("FailureReason", ""),
        "names": sorted(told.get("SubjectAlternativeNames") or [told["DomainName"]]),
        "until": until.date().isoformat() if until else None,
        "records": [
            f"{record['Name']} {record['Type']} {record['Value']}"
            for option in told.get("DomainValidationOptions", [])
            if told["Status"] == "PENDING_VALIDATION" and (record := option.get("ResourceRecord"))
        ],
    }


def _caa(account: Account, zone: str, stack: Stack, hostname: str) -> list[str]:
    """The values of the nearest CAA records, from the name itself up to the zone's own."""
    name, top = hostname.removeprefix("*."), stack.domain.zone.lower() if stack.domain else ""
    while name == top or name.endswith(f".{top}"):
        sets = (each for each in record_sets(account, zone, name) if each["Type"] == "CAA")
        values = [record["Value"] for each in sets for record in each.get("ResourceRecords", [])]
        if values:
            return values
        name = name.partition(".")[2]
    return []


def _issuers(values: Sequence[str], *, wild: bool) -> set[str] | None:
    """Who may issue, or None where anybody may. A wildcard goes by `issuewild` where there is one."""
    told: dict[str, set[str]] = {}
    for value in values:
        _, tag, issuer = [*value.split(None, 2), "", ""][:3]
        told.setdefault(tag.lower(), set()).add(issuer.strip('"').partition(";")[0].strip().lower())
    allowed = told.get("issuewild", told.get("issue")) if wild else told.get("issue")
    return None if allowed is None else allowed - {""}


CHECK = Check(
    id="PRE115",
    title="Certificates are issued, or may be",
    why="A listener takes no certificate that is not issued, and a CAA record that forgets Amazon fails the validation.",
    source="https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html (2026-11-26)",
    ask=ask,
    answer=_ANSWER,
    judge=judge,
)
