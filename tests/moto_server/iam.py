"""IAM: the simulator, which moto does not have, over the policies that moto knows."""

from typing import Any

from moto.core.responses import ActionResult
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.iam.responses import IamResponse

_DECISIONS = {PermissionResult.PERMITTED: "allowed", PermissionResult.DENIED: "explicitDeny"}


def extend() -> None:
    """Answer SimulatePrincipalPolicy."""
    IamResponse.simulate_principal_policy = _simulate  # type: ignore[attr-defined] # an extension


def _simulate(response: Any) -> ActionResult:
    asked = response.params
    policies = _policies(response.backend, asked["PolicySourceArn"])
    resources = asked.get("ResourceArns") or ["*"]
    results = []
    for action in asked["ActionNames"]:
        decisions = [(resource, _decision(policies, action, resource)) for resource in resources]
        specific = [{"EvalResourceName": name, "EvalResourceDecision": decision} for name, decision in decisions]
        worst = next((decision for _, decision in decisions if decision != "allowed"), "allowed")
        told = {"EvalActionName": action, "EvalResourceName": resources[0], "EvalDecision": worst}
        results.append({**told, "ResourceSpecificResults": specific})
    return ActionResult({"EvaluationResults": results, "IsTruncated": False})


def _decision(policies: list[IAMPolicy] | None, action: str, resource: str) -> str:
    if policies is None:
        return "allowed"
    decisions = [policy.is_action_permitted(action, resource) for policy in policies]
    told = PermissionResult.DENIED if PermissionResult.DENIED in decisions else PermissionResult.PERMITTED
    return _DECISIONS[told] if told in decisions else "implicitDeny"


def _policies(backend: Any, arn: str) -> list[IAMPolicy] | None:
    """The policies of a user or role; None for moto's make-believe caller, which may do everything."""
    name = arn.rpartition("/")[2]
    if ":role/" in arn:
        inline = [backend.get_role_policy(name, policy)[1] for policy in backend.list_role_policies(name)]
        attached = backend.get_role(name).managed_policies.values()
    elif name in {user.name for user in backend.list_users("/", None, None)}:
        inline = [backend.get_user_policy(name, policy) for policy in backend.list_user_policies(name)]
        attached = backend.get_user(name).managed_policies.values()
    else:
        return None
    return [IAMPolicy(policy) for policy in (*inline, *attached)]
