"""A permission without which a stack cannot work."""

from msgspec import Struct

from stage3c.graph import Resource, Value


class Need(Struct, frozen=True):
    """An action on a resource that a role or a service must be allowed; `role` None: the task definition names none."""

    kind: str  # execution | task | application | flow logs | trust | key | endpoint
    role: Value
    action: str
    resource: str
    why: str
    origin: Resource
    principal: str = ""  # the service that asks, where no role does: Service:logs.us-east-1.amazonaws.com
    key: Resource | None = None  # the KMS key that is asked for, where the graph has it
    through: str = ""  # the service that asks on behalf of the role, as Secrets Manager does for a key
    endpoint: Resource | None = None  # the VPC endpoint whose policy must allow it
