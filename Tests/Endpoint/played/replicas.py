"""Replicas of a user pool in other Regions."""

from keeping import kept
from played.operations import plays, user_pool
from wire import Refused

_MULTI_REGION = ":key/mrk-"


@plays("cognito-idp:CreateUserPoolReplica")
def create_replica(rules, request):
    """A pool with a replica has the issuer UPDATED and a customer-managed multi-Region key, and is of no tier below ESSENTIALS; it has
    one replica in a Region, and one in all. A replica is created inactive. (The documentation names the key and recommends the
    issuer; that both are required, the tier, the number, and the words are inferred.)"""
    pool, region = user_pool(rules, request), request.parameters["RegionName"]
    settings = kept(rules, "settings").get((pool["Id"],), {})
    if pool.get("UserPoolTier") == "LITE":
        raise Refused("FeatureUnavailableInTierException", "Multi-Region replication requires the ESSENTIALS or PLUS pricing tier.")
    if _MULTI_REGION not in settings.get("KeyConfiguration", {}).get("KmsKeyArn", ""):
        raise Refused("InvalidParameterException", "A replica requires a customer-managed multi-Region key.")
    if settings.get("IssuerConfiguration", {}).get("Type") != "UPDATED":
        raise Refused("InvalidParameterException", "A replica requires the issuer configuration UPDATED.")
    if region == pool["Id"].split("_")[0]:
        raise Refused("InvalidParameterException", "The Region of a replica must differ from the user pool's.")
    if any(key[0] == pool["Id"] for key in kept(rules, "replicas")):
        raise Refused("LimitExceededException", "The user pool has the maximum number of replicas.")
    kept(rules, "replicas")[pool["Id"], region] = replica = {
        "RegionName": region, "Status": "INACTIVE", "Role": "SECONDARY", "UserPoolArn": _arn(pool, region)}
    return {"UserPoolReplica": replica | {"Status": "CREATING"}}


@plays("cognito-idp:UpdateUserPoolReplica")
def update_replica(rules, request):
    """The status is what can be changed: ACTIVE or INACTIVE."""
    replica = _replica(rules, request)
    replica["Status"] = request.parameters["Status"]
    return {"UserPoolReplica": replica}


@plays("cognito-idp:DeleteUserPoolReplica")
def delete_replica(rules, request):
    """Only an inactive replica can be deleted."""
    replica = _replica(rules, request)
    if replica["Status"] != "INACTIVE":
        raise Refused("InvalidParameterException", f"The replica cannot be deleted in status {replica['Status']}.")
    del kept(rules, "replicas")[request.parameters["UserPoolId"], replica["RegionName"]]
    return {"UserPoolReplica": replica | {"Status": "DELETING"}}


@plays("cognito-idp:ListUserPoolReplicas")
def list_replicas(rules, request):
    """All replicas of a pool, itself among them as PRIMARY. (Whether a pool that has none is listed is not documented.)"""
    pool = user_pool(rules, request)
    region = pool["Id"].split("_")[0]
    primary = {"RegionName": region, "Status": "ACTIVE", "Role": "PRIMARY", "UserPoolArn": _arn(pool, region)}
    return {"UserPoolReplicas": [primary, *(replica for key, replica in kept(rules, "replicas").items() if key[0] == pool["Id"])]}


def _arn(pool, region):
    parts = pool["Arn"].split(":")
    return ":".join([*parts[:3], region, *parts[4:]])


def _replica(rules, request):
    pool = user_pool(rules, request)["Id"]
    replica = kept(rules, "replicas").get((pool, request.parameters["RegionName"]))
    if replica is None:
        raise Refused("ResourceNotFoundException", f"Replica of user pool {pool} in {request.parameters['RegionName']} does not exist.")
    return replica
