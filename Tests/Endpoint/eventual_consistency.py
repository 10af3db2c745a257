"""What takes AWS a while: changes that it refuses now and takes later, reads that answer as before a change, and a grant
that follows a role's unique id. Each rule's docstring is the fact that it enforces, as in rules.py.
"""

import json
import re
import threading
from urllib.parse import quote, urlencode

from rules import Rules, rule
from wire import Answer, Answered, Refused, Request, error_answer

_CONCURRENT = Refused(
    "ConcurrentModification",
    "The request was rejected because multiple requests to change this object were submitted simultaneously. "
    "Wait a few minutes and submit your request again.", 409)
_IN_TURN = Refused("ConcurrentModificationException", "Only one request to update resource can be processed at a time")
_IN_PROGRESS = Refused(
    "ResourceConflictException", "The operation cannot be performed at this time. An update is in progress for resource.", 409)
_ABORTED = Refused(
    "OperationAbortedException", "A conflicting operation is currently in progress against this resource. Please try again.")

# What is refused for a while with which words. Those of IAM are the calls whose model, or whose callers, know the code.
_PASSING = {
    **dict.fromkeys(
        [f"iam:{verb}{kind}" for kind in ("Role", "User") for verb in ("Create", "Tag", "Untag")]
        + [f"iam:{verb}{kind}Policy" for kind in ("Role", "User") for verb in ("Attach", "Detach")]
        + ["iam:DeleteUser"], _CONCURRENT),
    "iam:DeleteRole": Refused("DeleteConflict", "Cannot delete entity, must detach all policies first.", 409),
    **dict.fromkeys(
        ["iam:UpdateUser", "iam:UpdateLoginProfile", "iam:DeleteLoginProfile"],
        Refused("EntityTemporarilyUnmodifiable", "The entity is temporarily unmodifiable. Please try again.", 409)),
    **dict.fromkeys(
        ["cognito-idp:UpdateUserPool", "cognito-idp:SetUserPoolMfaConfig", "cognito-idp:UpdateUserPoolClient",
         "cognito-idp:DeleteUserPoolClient", "cognito-identity:UpdateIdentityPool", "cognito-identity:SetIdentityPoolRoles",
         *(f"cognito-idp:{verb}{kind}" for verb in ("Create", "Update", "Delete")
           for kind in ("UserPoolDomain", "ManagedLoginBranding", "Terms"))], _IN_TURN),
    **dict.fromkeys(
        ["lambda:UpdateFunctionConfiguration", "lambda:UpdateFunctionCode", "lambda:DeleteFunction", "lambda:TagResource",
         "lambda:UntagResource", "lambda:PutFunctionConcurrency", "lambda:DeleteFunctionConcurrency"], _IN_PROGRESS),
    **dict.fromkeys(
        ["logs:CreateLogGroup", "logs:PutRetentionPolicy", "logs:DeleteRetentionPolicy", "logs:DeleteLogGroup"], _ABORTED),
}

# What shows each part of a user pool, and the parameters that name it beside the pool.
_READS_OF_PARTS = {
    "Group": [("GetGroup", ["GroupName"]), ("ListGroups", [])],
    "ResourceServer": [("DescribeResourceServer", ["Identifier"]), ("ListResourceServers", [])],
    "IdentityProvider": [("DescribeIdentityProvider", ["ProviderName"]), ("ListIdentityProviders", [])],
    "UserPoolDomain": [("DescribeUserPoolDomain", ["Domain"]), ("DescribeUserPool", [])],
    "UserPoolReplica": [("ListUserPoolReplicas", [])],
    "UserPoolClientSecret": [("ListUserPoolClientSecrets", ["ClientId"])],
    "ManagedLoginBranding": [
        ("DescribeManagedLoginBranding", ["ManagedLoginBrandingId"]), ("DescribeManagedLoginBrandingByClient", ["ClientId"])],
    "Terms": [("DescribeTerms", ["TermsId"]), ("ListTerms", [])],
    "LogDeliveryConfiguration": [("GetLogDeliveryConfiguration", [])],
    "RiskConfiguration": [("DescribeRiskConfiguration", [])],
    "UICustomization": [("GetUICustomization", [])],
}
_PARTS_OF_POOLS = ("GroupName", "Identifier", "ProviderName", "Domain", "ManagedLoginBrandingId", "TermsId")

_NAMES = ("RoleName", "UserName", "ClientId", "UserPoolId", "IdentityPoolId", "FunctionName", "Resource", "logGroupName")

_ON_PRINCIPALS = [
    f"iam:{verb}{kind}{what}" for kind in ("Role", "User")
    for verb, what in (("Put", "Policy"), ("Attach", "Policy"), ("Tag", ""), ("Put", "PermissionsBoundary"))]

_LAGGING = {
    "iam": re.compile(r"(Create|Delete|Update|Put|Attach|Detach|Tag|Untag)\w*(Role|User|AccessKey|AssumeRole|PermissionsBoundary)\w*"),
    "cognito-idp": re.compile(
        r"(Create|Update|Delete|Set|Add)(UserPool\w*|CustomAttributes|Group|ResourceServer|IdentityProvider|ManagedLoginBranding|Terms"
        r"|LogDeliveryConfiguration|RiskConfiguration|UICustomization)"),
    "cognito-identity": re.compile(r"(Create|Update|Delete|Set)IdentityPool\w*"),
    "lambda": re.compile(r"(Create|Delete|Update)Function\w*"),
}


class EventualConsistencyRules(Rules):
    """The rules, and what takes a while."""

    def __init__(self, layer, busy=0.0, write_delay=0.0, read_lag=0, **settings):
        """
        busy: seconds for which a change is refused that AWS takes later, from when it is first asked for. write_delay:
        seconds until a change of a new user or role finds it. read_lag: so many reads of an object after a change of it
        answer as before. settings: those of ``rules.Rules``.
        """
        super().__init__(layer, **settings)
        self.busy, self.write_delay, self.read_lag = busy, write_delay, read_lag
        self._first_asked = {}
        self._grants = {}  # (account, function): the unique id of the role that its environment was encrypted for
        self._old = {}  # (account, what is read): [how often yet, the answer as it was]
        self._old_lock = threading.Lock()

    def settle(self):
        """Time goes by: whatever AWS was late with has arrived, and nothing is late from now on."""
        self.busy = self.write_delay = self.role_delay = self.principal_delay = self.domain_delay = 0.0
        self.read_lag = 0
        with self._old_lock:
            self._old.clear()

    # Changes

    @rule(*_PASSING)
    def busy_for_a_while(self, request):
        """What was changed a moment ago, or is changed by somebody else, takes no change for a while: IAM answers
        ConcurrentModification, a role whose policies just went DeleteConflict, a user's password
        EntityTemporarilyUnmodifiable, Cognito ConcurrentModificationException, Lambda ResourceConflictException, and
        CloudWatch Logs OperationAbortedException."""
        name = next((request.parameters[key] for key in _NAMES if key in request.parameters), "")
        key = (self.layer.account(request), request.operation, name)
        first = self._first_asked.setdefault(key, self.now())
        if self.now() - first < self.busy:
            raise _PASSING[f"{request.service}:{request.operation}"]
        self._first_asked.pop(key, None)  # the next change waits again

    @rule("iam:CreateAccessKey", *_ON_PRINCIPALS)
    def new_principals_are_not_found(self, request):
        """A change of a user or role that was made just now answers NoSuchEntity."""
        if not self.write_delay:
            return
        kind = "role" if "RoleName" in request.parameters else "user"
        name = request.parameters.get(f"{kind.title()}Name", "")
        found = self._iam(request, f"get_{kind}", **{f"{kind.title()}Name": name})
        if found and self._is_younger(request, found[kind.title()]["Arn"], self.write_delay):
            raise Refused("NoSuchEntity", f"The {kind} with name {name} cannot be found.", 404)

    @rule("cognito-idp:CreateUserPool", "cognito-idp:UpdateUserPool", "cognito-idp:SetUserPoolMfaConfig")
    def cognito_can_assume_the_sms_role(self, request):
        """Cognito takes no SMS role that it cannot assume, which it cannot until some seconds after the role was made."""
        wanted = request.parameters
        sms = wanted.get("SmsConfiguration") or (wanted.get("SmsMfaConfiguration") or {}).get("SmsConfiguration") or {}
        if "SnsCallerArn" in sms and self._is_younger(request, sms["SnsCallerArn"], self.role_delay):
            raise Refused(
                "InvalidSmsRoleTrustRelationshipException", "Role does not have a trust relationship allowing Cognito to assume the role")

    # The grant that lets a function read its environment

    @rule("lambda:CreateFunction", "lambda:UpdateFunctionConfiguration", amends=True)
    def environment_is_granted_to_the_role(self, request, answer):
        """The key that encrypts a function's environment is granted to the role by its unique id, when the configuration is
        written with the role."""
        if "Role" in request.parameters:
            self._grants[self.layer.account(request), request.parameters["FunctionName"]] = \
                self._unique_id(request, request.parameters["Role"])

    @rule("lambda:Invoke")
    def environment_needs_the_grant(self, request):
        """A function whose role was deleted, and made anew under the same name, cannot read its environment."""
        function = self._function(request) or {}
        granted = self._grants.get((self.layer.account(request), request.parameters["FunctionName"]))
        if granted and function.get("Environment", {}).get("Variables") and self._unique_id(request, function["Role"]) != granted:
            raise Refused(
                "KMSAccessDeniedException",
                "Lambda was unable to decrypt the environment variables because KMS access was denied. Please check the "
                "function's KMS key settings.", 502)

    # Reads

    def before_change(self, request):
        """Keeps what reads say of an object that is about to be changed. Of an object with an old answer still to be given, that
        one stays, and is given no more often: AWS may be late by several changes."""
        changes = _LAGGING.get(request.service)
        if not self.read_lag or not changes or not changes.fullmatch(request.operation):
            return
        for read in _reads(request):
            self._keep_old(read)

    def after_change(self, request, answer):
        """An object whose id AWS has just given was not there before."""
        made = {"CreateUserPool": ("UserPool", "Id", "UserPoolId"), "CreateUserPoolClient": ("UserPoolClient", "ClientId", "ClientId"),
                "CreateIdentityPool": (None, "IdentityPoolId", "IdentityPoolId")}.get(request.operation)
        if not self.read_lag or made is None or answer.status >= 300:
            return
        member, key, parameter = made
        new = (answer.json[member] if member else answer.json)[key]
        for operation in _READS_BY_ID[parameter]:
            parameters = {parameter: new}
            with self._old_lock:
                self._old[self._read_key(request, operation, parameters)] = [self.read_lag, error_answer(
                    request.service, Refused("ResourceNotFoundException", f"{new} does not exist."))]

    def old_answer(self, request):
        """What a read answers that does not see the last changes yet; None for a read that does.

        Reads see a change late, each in its own time (AWS-FACTS, sections 6 and 13)."""
        with self._old_lock:
            kept = self._old.get(self._read_key(request, request.operation, request.parameters))
            if not kept or not kept[0]:
                return None
            kept[0] -= 1
            return Answer(kept[1].status, list(kept[1].headers), kept[1].body)

    def _keep_old(self, read):
        key = self._read_key(read, read.operation, read.parameters)
        with self._old_lock:
            kept = self._old.get(key)
            if kept and kept[0]:
                return
        try:
            with self.during(read):
                answer = self.layer._forward(read)
                self.amend(read, answer)
        except Answered as answered:
            answer = answered.answer
        except Refused as refused:
            answer = error_answer(read.service, refused)
        with self._old_lock:
            self._old[key] = [self.read_lag, answer]

    def _read_key(self, request, operation, parameters):
        """A client is known by its own id; a list by what it is of."""
        names = ["ClientId"] if "ClientId" in parameters else [
            *_NAMES[:2], "UserPoolId", "IdentityPoolId", "FunctionName", "PolicyName", *_PARTS_OF_POOLS]
        return (self.layer.account(request), operation, *[(name, parameters[name]) for name in names if name in parameters])


_READS_BY_ID = {
    "UserPoolId": ["DescribeUserPool", "GetUserPoolMfaConfig", "ListUserPoolClients"],
    "ClientId": ["DescribeUserPoolClient"],
    "IdentityPoolId": ["DescribeIdentityPool", "GetIdentityPoolRoles"],
}


def _reads(change):
    """The reads that show what a change changes."""
    given = change.parameters
    if change.service == "iam":
        kind = "Role" if "RoleName" in given else "User"
        name = {f"{kind}Name": given.get(f"{kind}Name", "")}
        yield _query(change, "GetAccountAuthorizationDetails", {"Filter.member.1": "Role", "Filter.member.2": "User", "MaxItems": "300"})
        if "AccessKey" in change.operation:
            yield _query(change, "ListAccessKeys", name)
        elif "PolicyName" in given:
            yield _query(change, f"List{kind}Policies", name)
            yield _query(change, f"Get{kind}Policy", name | {"PolicyName": given["PolicyName"]})
        elif "PolicyArn" in given:
            yield _query(change, f"ListAttached{kind}Policies", name)
        else:
            yield _query(change, f"Get{kind}", name)
            if change.operation in (f"Create{kind}", f"Delete{kind}"):
                for call in (f"List{kind}Policies", f"ListAttached{kind}Policies"):
                    yield _query(change, call, name)
    elif change.service == "cognito-idp":
        pool = {"UserPoolId": given["UserPoolId"]} if "UserPoolId" in given else None
        prefix = "AWSCognitoIdentityProviderService"
        part = re.sub("^(Create|Update|Delete|Set|Add)", "", change.operation)
        if part in _READS_OF_PARTS:
            for operation, names in _READS_OF_PARTS[part]:
                if all(name in given for name in names):
                    own = {name: given[name] for name in names}
                    yield _json(change, prefix, operation, own if operation == "DescribeUserPoolDomain" else pool | own)
            return
        if "UserPoolClient" in change.operation:
            yield _json(change, prefix, "ListUserPoolClients", pool | {"MaxResults": 60})
            if "ClientId" in given:
                yield _json(change, prefix, "DescribeUserPoolClient", pool | {"ClientId": given["ClientId"]})
            return
        yield _json(change, prefix, "ListUserPools", {"MaxResults": 60})
        if pool:
            yield _json(change, prefix, "DescribeUserPool", pool)
            yield _json(change, prefix, "GetUserPoolMfaConfig", pool)
    elif change.service == "cognito-identity":
        prefix = "AWSCognitoIdentityService"
        yield _json(change, prefix, "ListIdentityPools", {"MaxResults": 60})
        if "IdentityPoolId" in given:
            pool = {"IdentityPoolId": given["IdentityPoolId"]}
            yield _json(change, prefix, "DescribeIdentityPool", pool)
            yield _json(change, prefix, "GetIdentityPoolRoles", pool)
    elif change.service == "lambda":
        function = {"FunctionName": given["FunctionName"]}
        path = f"/2015-03-31/functions/{quote(given['FunctionName'])}"
        yield _read(change, "GET", path, "GetFunction", function, {}, b"")
        yield _read(change, "GET", path + "/configuration", "GetFunctionConfiguration", function, {}, b"")


def _query(change, operation, parameters):
    body = urlencode({"Action": operation, "Version": "2010-05-08"} | parameters).encode()
    return _read(change, "POST", "/", operation, parameters, {"content-type": "application/x-www-form-urlencoded"}, body)


def _json(change, prefix, operation, parameters):
    headers = {"content-type": "application/x-amz-json-1.1", "x-amz-target": f"{prefix}.{operation}"}
    return _read(change, "POST", "/", operation, parameters, headers, json.dumps(parameters).encode())


def _read(change, method, path, operation, parameters, headers, body):
    """A read by the account's root, in the place of the one who makes a change."""
    read = Request(method, path, headers, body, service=change.service, access_key=change.access_key, region=change.region)
    read.operation, read.parameters, read.was_rewritten = operation, parameters, True
    return read
