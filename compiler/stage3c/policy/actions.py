"""AWS's own list of actions: which exist, and which can be limited to resources."""

from functools import cache

from stage3c.aws.facts import load
from stage3c.policy.patterns import matches
from stage3c.wording import nearest


@cache
def _of_service(prefix: str) -> dict[str, tuple[str, bool]]:
    """The actions of a service by their lower-case name: as written, and whether resources can be named."""
    listed: str = load("iam_actions")["actions"].get(prefix, "")
    return {name.rstrip("+").lower(): (name.rstrip("+"), name.endswith("+")) for name in listed.split()}


@cache
def is_known(action: str) -> bool:
    """Tell whether an action exists, or a pattern matches one."""
    prefix, _, name = action.partition(":")
    if action == "*":
        return True
    known = _of_service(prefix.lower())
    if "*" in name or "?" in name:
        return any(matches(name, each, fold=True) for each in known)
    return name.lower() in known


@cache
def can_be_limited(action: str) -> bool:
    """Tell whether an action, or any that a pattern matches, takes resources."""
    prefix, _, name = action.partition(":")
    known = _of_service(prefix.lower())
    if "*" in name or "?" in name:
        return any(limited for each, (_, limited) in known.items() if matches(name, each, fold=True))
    return known.get(name.lower(), ("", False))[1]


def nearest_action(action: str) -> str | None:
    """The action that is written most like this one."""
    prefix, _, name = action.partition(":")
    services = load("iam_actions")["actions"]
    service = prefix if prefix in services else nearest(prefix, services)
    near = nearest(name.lower(), _of_service(service)) if service else None
    return f"{service}:{_of_service(service)[near][0]}" if service and near else None
