"""The requests that prove from outside that a deployed stack works."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from stage3c.language.model.base import Hostname, Identifier, Part, UrlPath, Variable, fault

Method = Literal["get", "head", "post", "put", "patch", "delete"]
METHODS: tuple[Method, ...] = ("get", "head", "post", "put", "patch", "delete")
JsonPath = Annotated[
    str, Field(pattern=r"^(\$\.?)?([^.\[\]\s]+|\[[0-9]{1,6}\])((\.[^.\[\]\s]+)|\[[0-9]{1,6}\])*$", max_length=500)
]
"""A place in a JSON document: `database.connected`, `orders[0].id` or `$.orders[0].id`."""
Plain = None | bool | int | float | str


class Expected(Part):
    """A condition on a value of the response."""

    equals: Plain = None
    """The value itself. Example: `ok`."""
    matches: Annotated[str, Field(max_length=200)] | None = None
    """Pattern of the value as text, with `*` and `?` as wildcards. Example: `v1.*`."""
    one_of: list[Plain] | None = None
    """Possible values. Example: `[ok, degraded]`."""
    exists: bool | None = None
    """Whether the value has to be present. Example: `true`."""
    less_than: float | int | None = None
    """Upper bound of a number, not included. Example: `100`."""
    greater_than: float | int | None = None
    """Lower bound of a number, not included. Example: `0`."""

    @property
    def conditions(self) -> dict[str, Any]:
        """What was written, by key."""
        return self.model_dump(include=self.model_fields_set)


class Check(Part):
    """A request to the deployed stack and the expected response."""

    get: UrlPath | None = None
    """Path of a GET request. Example: `/health`."""
    head: UrlPath | None = None
    """Path of a HEAD request. Example: `/health`."""
    post: UrlPath | None = None
    """Path of a POST request. Example: `/api/orders`."""
    put: UrlPath | None = None
    """Path of a PUT request. Example: `/api/orders/1`."""
    patch: UrlPath | None = None
    """Path of a PATCH request. Example: `/api/orders/1`."""
    delete: UrlPath | None = None
    """Path of a DELETE request. Example: `/api/orders/1`."""
    host: Hostname | None = None
    """Host name to send the request to. Default: the first one of the public load balancer. Example: `shop.example.com`."""
    body: dict[str, Any] | None = None
    """JSON body of the request. Example: `{sku: A1, quantity: 2}`."""
    status: Annotated[int, Field(ge=100, le=599)] = 200
    """Expected HTTP status code. Example: `201`."""
    headers: dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,100}$")], Expected | str] = {}
    """Expected response headers: a text, or a condition. Example: `{content-type: {matches: text/html*}}`."""
    json_values: Annotated[dict[JsonPath, Expected | Plain], Field(alias="json")] = {}
    """Expected values in the JSON response, by path: a value, or a condition. Example: `{database.connected: true,
    "orders[0].total": {greater_than: 0}}`."""
    response_ms: Annotated[int, Field(ge=1, le=300_000)] | None = None
    """Milliseconds within which the whole response has to arrive. Default: no limit but `timeout_seconds`. Example: `500`."""
    timeout_seconds: Annotated[int, Field(ge=1, le=300)] = 10
    """Seconds to wait for the response. Example: `30`."""
    sequence: Identifier | None = None
    """Checks of the same sequence run one after another, in the order of the spec; all others run in parallel. Example:
    `orders`."""
    save: dict[Variable, JsonPath] = {}
    """Values of the response for later checks of the sequence, which write them as `{name}` in path or body. Example: `{order:
    id}`."""

    @model_validator(mode="after")
    def _one_method(self) -> "Check":
        given = [method for method in METHODS if getattr(self, method) is not None]
        if len(given) != 1:
            cause = f"the check has {len(given)} methods."
            raise fault("CHK101", cause, f"write exactly one of {', '.join(METHODS)}, such as `get: /health`.")
        return self

    @property
    def method(self) -> Method:
        """The one method that is given."""
        return next(method for method in METHODS if getattr(self, method) is not None)

    @property
    def path(self) -> str:
        """The path that the request goes to."""
        return str(getattr(self, self.method))
