"""IAM: the simulator, which moto does not have, over the policies that moto knows."""

from typing import Any

from moto.core.responses import ActionResult
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.iam.exceptions import InvalidInput
from moto.iam.responses import IamResponse

_DECISIONS = {PermissionResult.PERMITTED: "allowed", PermissionResult.DENIED: "explicitDeny"}

_ASKED_APART = {"PassRole", "CreateBucket"}
"""AWS refuses to judge some actions together with others."""


def extend() -> None:
    """Answer SimulatePrincipalPolicy."""
    IamResponse.simulate_principal_policy = _simulate  # type: ignore[attr-defined] # an extension


def _simulate(response: Any) -> ActionResult:
    asked = response.params
    actions, policies = asked["ActionNames"], _policies(response.backend, asked["PolicySourceArn"])
    if len(actions) > 1 and any(action.partition(":")[2] in _ASKED_APART for action in actions):
        raise InvalidInput(f"Actions {actions} require different authorization information")
    resources = asked.get("ResourceArns") or ["*"]
    results = []
    for action in actions:
        decisions = [(resource, _decision(policies, action, resource)) for resource in resources]
        specific = [{"EvalResourceName": name, "EvalResourceDecision": decision} for name, decision in decisions]
        worst = next((decision for _, decision in decisions if decision != "allowed"), "allowed")
        # The name is the template of the kind of resource, as AWS has it, not what was asked about.
        told = {"EvalActionName": action, "EvalResourceName": "*", "EvalDecision": worst}
        results.append({**told, "ResourceSpecificResults": specific} if len(resources) > 1 else told)
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
    if arn.endswith(":user/moto"):
        return None
    if ":role/" in arn:
        inline = [backend.get_role_policy(name, policy)[1] for policy in backend.list_role_policies(name)]
        attached = backend.get_role(name).managed_policies.values()
    else:
        inline = [backend.get_user_policy(name, policy) for policy in backend.list_user_policies(name)]
        attached = backend.get_user(name).managed_policies.values()
    return [IAMPolicy(policy) for policy in (*inline, *attached)]
