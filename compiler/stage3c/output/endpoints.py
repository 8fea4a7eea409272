"""Where the checks of a spec go: the public load balancer and its names. Pure."""

from urllib.parse import quote, urlsplit

from msgspec import Struct

from stage3c.language.model.check import Check
from stage3c.language.model.stack import Stack
from stage3c.resources.domain import hostnames_of


class Endpoint(Struct, frozen=True):
    """A public load balancer as its clients see it."""

    balancer: str
    """Its key in the spec; empty if a URL was given."""
    url: str
    """Scheme, host and port; empty if only AWS knows the host name."""
    hostnames: tuple[str, ...] = ()
    plain_url: str = ""
    """The HTTP address that has to redirect to HTTPS; empty if there is none."""

    @property
    def host(self) -> str:
        """The host name."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """The port."""
        parts = urlsplit(self.url)
        return parts.port or (443 if parts.scheme == "https" else 80)

    @property
    def is_https(self) -> bool:
        """Whether it has a certificate."""
        return self.url.startswith("https:")

    def url_of(self, check: Check, saved: dict[str, str]) -> str:
        """The address of a check, with saved values in its path."""
        base = self.url.replace(f"//{self.host}", f"//{check.host}", 1) if check.host else self.url
        return base + filled(check.path, {name: quote(value, safe="") for name, value in saved.items()})


def endpoint_of(stack: Stack) -> Endpoint | None:
    """The first public load balancer that serves anything, or None."""
    serving = {service.load_balancer.name for service in stack.services.values() if service.load_balancer}
    for name, balancer in stack.load_balancers.items():
        if balancer.scheme != "internet-facing" or name not in serving:
            continue
        hostnames = tuple(host for host in hostnames_of(stack, name) if not host.startswith("*."))
        if not hostnames:
            return Endpoint(name, "")
        if balancer.https is None:
            return Endpoint(name, f"http://{hostnames[0]}{_port(balancer.http, 80)}", hostnames)
        url = f"https://{hostnames[0]}{_port(balancer.https.port, 443)}"
        return Endpoint(name, url, hostnames, f"http://{hostnames[0]}{_port(balancer.http, 80)}")
    return None


def given(url: str) -> Endpoint | None:
    """The endpoint of a URL; None if it is none. Only scheme, host and port count."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return Endpoint("", f"{parts.scheme}://{host}{port}")


def filled(text: str, saved: dict[str, str]) -> str:
    """A text with saved values for their names in braces."""
    for name, value in saved.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _port(port: int, usual: int) -> str:
    return "" if port == usual else f":{port}"
