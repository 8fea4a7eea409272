"""What EC2 refuses to delete while something uses it, where moto deletes it.

Codes and pages, read on 2026-11-28: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html,
and the page of each operation there.
"""

from collections.abc import Iterator
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend

from stage3c.rehearsal.emulator.refusals import Guard, refuse_while

_UNUSED = "deleted"


def extend() -> None:
    """Refuse what AWS refuses, and let go with a whole what AWS lets go with it."""
    _let_go_with_a_subnet()
    _let_go_with_a_nat_gateway()
    _let_go_with_a_vpc()
    guards: dict[str, Guard] = {
        "delete_vpc": _of_vpc,
        "delete_subnet": _of_subnet,
        "delete_security_group": _of_group,
        "detach_internet_gateway": _of_gateway,
    }
    for name, guard in guards.items():
        refuse_while(EC2Backend, name, "DependencyViolation", guard, EC2ClientError)
    refuse_while(EC2Backend, "release_address", "InvalidIPAddress.InUse", _of_address, EC2ClientError)
    refuse_while(EC2Backend, "delete_network_interface", "InvalidNetworkInterface.InUse", _of_interface, EC2ClientError)


def _interfaces(ec2: Any, vpc_id: str) -> Iterator[Any]:
    return (each for each in ec2.enis.values() if each.subnet.vpc_id == vpc_id)


def _of_vpc(ec2: Any, vpc_id: str) -> str:
    """API_DeleteVpc: detach or delete all gateways and resources that are associated with the VPC first."""
    groups = [each for each in ec2.groups.get(vpc_id, {}).values() if each.name != "default"]
    gateways = [each for each in ec2.internet_gateways.values() if each.vpc and each.vpc.id == vpc_id]
    endpoints = [each for each in ec2.vpc_end_points.values() if each.vpc_id == vpc_id and each.state != _UNUSED]
    used = bool(groups or gateways or endpoints or any(_interfaces(ec2, vpc_id)))
    return f"The vpc '{vpc_id}' has dependencies and cannot be deleted." if used else ""


def _of_subnet(ec2: Any, subnet_id: str) -> str:
    """API_DeleteSubnet: terminate all running instances in the subnet first; whatever has an interface in it counts."""
    used = any(each.subnet.id == subnet_id for each in ec2.enis.values())
    return f"The subnet '{subnet_id}' has dependencies and cannot be deleted." if used else ""


def _of_group(ec2: Any, name: str | None = None, group_id: str | None = None) -> str:
    """API_DeleteSecurityGroup: not while it is associated with an instance or interface, or referenced by another group."""
    identity = group_id or name
    attached = any(identity in _groups(each) for each in ec2.enis.values())
    others = (each for groups in ec2.groups.values() for each in groups.values() if each.id != identity)
    rules = (rule for group in others for rule in (*group.ingress_rules, *group.egress_rules))
    named = any(rule.source_group.get("GroupId") == identity for rule in rules)
    return f"resource {identity} has a dependent object" if attached or named else ""


def _groups(interface: Any) -> set[str]:
    return {getattr(each, "id", each) for each in interface.group_set}


def _of_gateway(ec2: Any, internet_gateway_id: str, vpc_id: str) -> str:
    """API_DetachInternetGateway: the VPC must not contain any running instances with Elastic IP addresses."""
    mapped = any(each.eni and each.eni.subnet.vpc_id == vpc_id for each in ec2.addresses)
    told = f"Network {vpc_id} has some mapped public address(es), so {internet_gateway_id} cannot be detached."
    return told if mapped else ""


def _of_address(ec2: Any, address: str | None = None, allocation_id: str | None = None) -> str:
    """API_ReleaseAddress: disassociate the address first, or InvalidIPAddress.InUse."""
    by_id = (each for each in ec2.addresses if allocation_id and each.allocation_id == allocation_id)
    by_ip = (each for each in ec2.addresses if address and each.public_ip == address)
    used = any(each.association_id for each in (*by_id, *by_ip))
    return f"Address {address or allocation_id} is in use." if used else ""


def _of_interface(ec2: Any, eni_id: str) -> str:
    """API_DeleteNetworkInterface: detach it first; AWS alone deletes what it made for its own services."""
    used = eni_id in ec2.enis and ec2.enis[eni_id].requester_managed
    return f"Network interface '{eni_id}' is currently in use." if used else ""


def _let_go_with_a_subnet() -> None:
    """Its association with a route table goes with it; moto keeps it, and the table could never be deleted."""
    delete = EC2Backend.delete_subnet

    def delete_with_association(ec2: Any, subnet_id: str) -> Any:
        for table in ec2.route_tables.values():
            kept = {name: target for name, target in table._associations.items() if target != subnet_id}
            table._associations = kept
        return delete(ec2, subnet_id)

    EC2Backend.delete_subnet = delete_with_association  # type: ignore[method-assign,assignment] # an extension


def _let_go_with_a_nat_gateway() -> None:
    """Its interface goes, and its address is free again, API_DeleteNatGateway."""
    delete = EC2Backend.delete_nat_gateway

    def delete_with_interface(ec2: Any, nat_gateway_id: str) -> Any:
        gateway = delete(ec2, nat_gateway_id)
        for address in ec2.addresses:
            if address.eni is gateway._eni:
                ec2.disassociate_address(address=address.public_ip)
        ec2.enis.pop(gateway._eni.id, None)
        return gateway

    EC2Backend.delete_nat_gateway = delete_with_interface  # type: ignore[method-assign,assignment] # an extension


def _let_go_with_a_vpc() -> None:
    """Its default network ACL goes with it, API_DeleteVpc; moto keeps it."""
    delete = EC2Backend.delete_vpc

    def delete_with_acl(ec2: Any, vpc_id: str) -> Any:
        vpc = delete(ec2, vpc_id)
        for acl in [each for each in ec2.network_acls.values() if each.vpc_id == vpc_id]:
            ec2.network_acls.pop(acl.id)
        return vpc

    EC2Backend.delete_vpc = delete_with_acl  # type: ignore[method-assign,assignment] # an extension
