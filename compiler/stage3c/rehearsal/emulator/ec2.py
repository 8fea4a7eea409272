"""EC2: the description of a firewall rule whose other side is a group or a prefix list."""

from typing import Any

from moto.ec2.models.security_groups import SecurityGroupRule


def extend() -> None:
    """Look for the description wherever the request put it."""
    make = SecurityGroupRule.__init__

    def make_with_description(rule: Any, *arguments: Any, **named: Any) -> None:
        make(rule, *arguments, **named)
        places = [*arguments, *named.values()]
        told = (place.get("Description") for place in places if isinstance(place, dict))
        rule.told = next((text for text in told if text), None)

    SecurityGroupRule.__init__ = make_with_description  # type: ignore[method-assign,assignment] # an extension
    SecurityGroupRule.description = property(_description)  # type: ignore[assignment,method-assign] # likewise


def _description(rule: Any) -> str | None:
    changed: str | None = rule.ip_range.get("Description")
    return changed or rule.told
