"""What sessions of roles may do with S3 and DynamoDB. The local endpoint knows no policy variables, so that this decides in its place, by
the role's live policies. Rules as in rules.py, which this module adds to.
"""

import json
import re

from botocore.exceptions import ClientError

from users import authenticated_role
from rules import rule
from wire import Refused

_sessions = {}  # by access key: the role's name, and what the variables in its policies stand for


@rule("sts:AssumeRole", amends=True)
def sessions_have_tags(rules, request, answer):
    """Policies of a tagged session see its tags as aws:PrincipalTag."""
    key = re.search(r"<AccessKeyId>([^<]*)", answer.body.decode())[1]
    wanted = request.parameters
    _sessions[key] = wanted["RoleArn"].rsplit("/", 1)[-1], {
        "aws:PrincipalTag/" + wanted[f"Tags.member.{n}.Key"]: wanted[f"Tags.member.{n}.Value"]
        for n in range(1, 1 + request.count("Tags"))}


@rule("cognito-identity:GetCredentialsForIdentity", amends=True)
def sessions_of_identities_know_the_identity(rules, request, answer):
    """Policies of an identity pool's session see the identity id as the subject of its token."""
    found = authenticated_role(rules, request)
    if found:
        credentials = answer.json["Credentials"]["AccessKeyId"]
        _sessions[credentials] = found[1], {"cognito-identity.amazonaws.com:sub": answer.json["IdentityId"]}


# What each operation asks for, on which resource, with which condition keys.
_NEEDS = {
    "s3:ListObjectsV2": lambda wanted, arn: (
        "s3:ListBucket", f"arn:aws:s3:::{wanted['Bucket']}", {"s3:prefix": [wanted["prefix"]] if "prefix" in wanted else []}),
    "s3:GetObject": lambda wanted, arn: ("s3:GetObject", f"arn:aws:s3:::{wanted['Bucket']}/{wanted['Key']}", {}),
    "s3:AbortMultipartUpload": lambda wanted, arn: ("s3:AbortMultipartUpload", f"arn:aws:s3:::{wanted['Bucket']}/{wanted['Key']}", {}),
    "dynamodb:GetItem": lambda wanted, arn: ("dynamodb:GetItem", arn, {}),
    "dynamodb:DeleteItem": lambda wanted, arn: ("dynamodb:DeleteItem", arn, {}),
}


@rule(*_NEEDS)
def a_sessions_role_decides(rules, request):
    """What no policy of a session's role allows, or one denies, is refused before anything is looked for. A variable in a policy stands
    for the session's own value, and what holds one without a value matches nothing."""
    session = _sessions.get(request.access_key)
    if session is None:
        return
    table = f"arn:aws:dynamodb:{request.region}:{rules.layer.account(request)}:table/{request.parameters.get('TableName')}"
    action, resource, context = _NEEDS[f"{request.service}:{request.operation}"](request.parameters, table)
    if request.service == "dynamodb":
        context = {"dynamodb:LeadingKeys": _partition(rules, request)}
    _require(rules, request, session, action, resource, context)
    if action == "s3:GetObject":
        _missing_objects_are_told_to_who_may_list(rules, request, session)
    request.was_rewritten = True  # the endpoint, which knows no variables, is not asked whether it may be


def _missing_objects_are_told_to_who_may_list(rules, request, session):
    """GetObject of an object that is not there is NoSuchKey to whoever may list its key, and AccessDenied, which names s3:ListBucket, to
    others. That the key stands for s3:prefix then is not documented, but was seen (ceph/ceph#68577)."""
    wanted = request.parameters
    try:
        rules.layer.client(request, "s3").head_object(Bucket=wanted["Bucket"], Key=wanted["Key"])
    except ClientError:
        _require(rules, request, session, "s3:ListBucket", f"arn:aws:s3:::{wanted['Bucket']}", {"s3:prefix": [wanted["Key"]]})


@rule("s3:AbortMultipartUpload")
def uploads_that_were_never_begun(rules, request):
    """AbortMultipartUpload of an upload id that there is not, or not any more, is NoSuchUpload."""
    wanted = request.parameters
    client = rules.layer.client(request, "s3")
    try:
        uploads = client.list_multipart_uploads(Bucket=wanted["Bucket"]).get("Uploads", [])
    except ClientError as error:
        raise Refused(error.response["Error"]["Code"], error.response["Error"]["Message"], 404)
    if not any(each["UploadId"] == wanted["uploadId"] for each in uploads):
        raise Refused("NoSuchUpload", "The specified upload does not exist. The upload ID may be invalid, or the upload may have been "
                      "aborted or completed.", 404)


def _require(rules, request, session, action, resource, context):
    role, variables = session
    statements = [
        statement for document in _policies(rules.layer.client(request, "iam"), role) for statement in _some(document["Statement"])
        if _is_meant(statement, variables, action, resource, context)]
    words = f"User: arn:aws:sts::{rules.layer.account(request)}:assumed-role/{role} is not authorized to perform: {action} on resource: \"{resource}\" "
    code, status = ("AccessDenied", 403) if request.service == "s3" else ("AccessDeniedException", 400)
    if any(statement["Effect"] == "Deny" for statement in statements):
        raise Refused(code, words + "with an explicit deny in an identity-based policy", status)
    if not statements:
        raise Refused(code, words + f"because no identity-based policy allows the {action} action", status)


def _policies(iam, role):
    of = {"RoleName": role}
    yield from (iam.get_role_policy(**of, PolicyName=name)["PolicyDocument"] for name in iam.list_role_policies(**of)["PolicyNames"])
    for attached in iam.list_attached_role_policies(**of)["AttachedPolicies"]:
        arn = {"PolicyArn": attached["PolicyArn"]}
        version = iam.get_policy(**arn)["Policy"]["DefaultVersionId"]
        yield iam.get_policy_version(**arn, VersionId=version)["PolicyVersion"]["Document"]


def _is_meant(statement, variables, action, resource, context):
    def matches(pattern, text, wildcards=True):
        pattern = re.sub(r"\$\{([^}]*)\}", lambda found: variables.get(found[1], found[0]), pattern)
        if "${" in pattern:
            return False
        parts = ((".*" if part == "*" else "." if part == "?" else re.escape(part)) for part in pattern)
        return re.fullmatch("".join(parts), text) is not None if wildcards else pattern == text

    def is_among(member, text, fold=lambda text: text):
        if f"Not{member}" in statement:
            return not any(matches(fold(each), fold(text)) for each in _some(statement[f"Not{member}"]))
        return any(matches(fold(each), fold(text)) for each in _some(statement[member]))

    def holds(operator, key, values):
        """ForAllValues holds for a request without the key; the operators of one value do not (IAM User Guide, condition operators)."""
        actual = context.get(key, [])
        quantifier, _, name = operator.rpartition(":")
        if name == "Null":
            return _some(values) == ["false" if actual else "true"]
        each = [any(matches(value, one, name == "StringLike") for value in _some(values)) for one in actual]
        assert name in ("StringLike", "StringEquals"), name
        return all(each) if quantifier == "ForAllValues" else any(each)

    return is_among("Action", action, str.lower) and is_among("Resource", resource) and all(
        holds(operator, key, values) for operator, keys in statement.get("Condition", {}).items() for key, values in keys.items())


def _partition(rules, request):
    """The value of the partition key that a request is about; none where there is no such table."""
    try:
        table = rules.layer.client(request, "dynamodb").describe_table(TableName=request.parameters["TableName"])["Table"]
    except ClientError:
        return []
    name = next(each["AttributeName"] for each in table["KeySchema"] if each["KeyType"] == "HASH")
    return list(request.parameters["Key"][name].values())


def _some(value):
    return value if isinstance(value, list) else [value]
