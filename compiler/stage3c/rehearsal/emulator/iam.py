"""IAM: the simulator, which moto does not have, over the policies that moto knows, and the size of a managed policy."""

from typing import Any

from moto.core.responses import ActionResult
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.iam.exceptions import InvalidInput, LimitExceededException
from moto.iam.models import IAMBackend
from moto.iam.responses import IamResponse

from stage3c.rehearsal.emulator.refusals import refuse_while

_DECISIONS = {PermissionResult.PERMITTED: "allowed", PermissionResult.DENIED: "explicitDeny"}

_ASKED_APART = {"PassRole", "CreateBucket"}
"""AWS refuses to judge some actions together with others."""


def extend() -> None:
    """Answer SimulatePrincipalPolicy, and refuse managed policies that are too large."""
    refuse_while(IAMBackend, "create_policy", "", _is_too_large, lambda _, told: LimitExceededException(told))
    IamResponse.simulate_principal_policy = _simulate  # type: ignore[attr-defined] # an extension


def _is_too_large(backend: Any, _description: str, _path: str, document: str, *_: Any) -> str:
    """White space does not count, https://github.com/terraform-aws-modules/terraform-aws-ecs/issues/108 (2026-11-28)."""
    quota = backend.account_summary._policy_size_quota
    return f"Cannot exceed quota for PolicySize: {quota}" if len("".join(document.split())) > quota else ""


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
