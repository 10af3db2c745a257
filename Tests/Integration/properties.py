"""The table behind test_properties.py: every property of every resource type, two values for it, and how boto3 shows it.

Each row is a resource of its own in one stack, so that a change to a row is a change to one property of one object.
"""

import re
from dataclasses import dataclass, field

import conformance

ACCOUNT = "111122223333"
STACK = "props"


def policy(action, resource="*"):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]}


def trust(service):
    return {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": service}, "Action": ["sts:AssumeRole"]}]}


TRIGGER_FUNCTIONS = ("a", "b", "other")  # somebody else's, which pools call


def function(name):
    return f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{name}"


def managed(name):
    return f"arn:aws:iam::{ACCOUNT}:policy/{name}"


GONE = None  # not in the file; and not in boto3's answer


@dataclass(frozen=True)
class Leaf:
    """A value that the plan and boto3 show: where each shows it, and what in the states `a`, `b` and removed.

    plan: its path in the plan. live: its paths in the flattened description. a, b, default: the values as boto3 shows them;
    written: the same as the plan shows them, where it has another form.
    """
    plan: str
    live: tuple
    a: object
    b: object = GONE
    default: object = GONE
    planned: tuple = None


@dataclass
class Row:
    section: str
    path: str  # of the property in the file, below the resource, as a plan writes it
    a: object
    b: object
    leaves: list
    base: dict = field(default_factory=dict)  # the other properties of the resource, in every state
    with_a: dict = field(default_factory=dict)  # those that must be there beside `a`, and go with it
    with_b: dict = field(default_factory=dict)
    is_removable: bool = True
    is_local: bool = False  # a setting of cogstack's own
    removal_cause: str = "default"
    is_exclusive: bool = False  # all of it is the file's: what others write there is drift, also where the file is silent
    is_sensitive: bool = False  # what the file does not say in clear is not shown
    unlike_aws: dict = field(default_factory=dict)  # {test: why the endpoint cannot do it}

    @property
    def keys(self):
        return [quoted or plain for quoted, plain in re.findall(r'\["(.*?)"\]|([^.\[\]]+)', self.path)]

    @property
    def id(self):
        return f"{self.section}.{self.path}"

    @property
    def resource(self):
        return re.sub("[^a-z0-9]+", "-", self.path.lower()).strip("-")[-40:].lstrip("-0123456789")

    @property
    def address(self):
        return f"{self.section}.{self.resource}"

    def properties(self, state):
        """What the file says of the resource in state a, b, or removed."""
        extra = {"a": self.with_a, "b": self.with_b, "removed": {}}[state]
        properties = _merged(self.base, extra)
        if state != "removed":
            value = getattr(self, state)
            for key in reversed(self.keys):
                value = {key: value}
            properties = _merged(properties, value)
        return properties

    def live(self, state):
        """What boto3 shows of the property in a state: {path: value}."""
        name = {"a": "a", "b": "b", "removed": "default"}[state]
        return {path: getattr(leaf, name) for leaf in self.leaves for path in leaf.live if getattr(leaf, name) is not GONE}

    def changes(self, before, after, cause):
        """The changes that the plan shows from one state to another: {path: (before, after, cause)}."""
        if self.is_local:
            return {}
        position = {"a": 0, "b": 1, "removed": 2}
        shown = {}
        for leaf in self.leaves:
            planned = leaf.planned or (leaf.a, leaf.b, leaf.default)
            old, new = planned[position[before]], planned[position[after]]
            if self.is_sensitive and cause == "drift":
                old = "(secret)"
            if leaf.plan and old != new:
                if self.is_sensitive and self.section in ("secrets", "ssmParameters"):  # people hand it in as a secret
                    old, new = ("(secret)" if isinstance(value, str) else value for value in (old, new))
                shown[leaf.plan] = (old, new, cause)
        return shown


def _merged(left, right):
    merged = dict(left)
    for key, value in right.items():
        merged[key] = _merged(merged[key], value) if isinstance(value, dict) and isinstance(merged.get(key), dict) else value
    return merged


def one(section, path, a, b, live, default=GONE, shown=None, planned=None, base=None, **more):
    """A row with one value. shown: (a, b) as boto3 shows them, where that differs from the file."""
    shown = shown or (a, b)
    paths = live if isinstance(live, tuple) else (live,)
    return Row(section, path, a, b, [Leaf(path, paths, *shown, default, planned)], base or {}, **more)


# User pools

def pool(path, a, b, live, default=GONE, **more):
    return one("userPools", path, a, b, live, default, **more)


SYMBOLS = {"passwordPolicy": {"minimumLength": 9}}
BOTH_VERIFIED = {"autoVerifiedAttributes": ["email", "phone_number"]}
KEYS = [f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{letter * 8}-0000-0000-0000-000000000000" for letter in "ab"]
SENDER = f"arn:aws:iam::{ACCOUNT}:role/sender"
HAS_A_FACTOR = {"mfaConfiguration": "OPTIONAL", "softwareTokenMfaConfiguration": {"enabled": True}}
TEXT_MESSAGES = HAS_A_FACTOR | {"smsConfiguration": {"snsCallerArn": SENDER}}
MAIL = HAS_A_FACTOR | {"emailConfiguration": {
    "emailSendingAccount": "DEVELOPER", "sourceArn": f"arn:aws:ses:us-east-1:{ACCOUNT}:identity/a.example"}}
TRIGGERS = {
    "preSignUp": "PreSignUp", "postConfirmation": "PostConfirmation", "preAuthentication": "PreAuthentication",
    "postAuthentication": "PostAuthentication", "preTokenGeneration": "PreTokenGeneration", "customMessage": "CustomMessage",
    "userMigration": "UserMigration", "defineAuthChallenge": "DefineAuthChallenge",
    "createAuthChallenge": "CreateAuthChallenge", "verifyAuthChallengeResponse": "VerifyAuthChallengeResponse"}
RECOVERY = "AccountRecoverySetting.RecoveryMechanisms"


def recovery(*names):
    return [{"priority": number + 1, "name": name} for number, name in enumerate(names)]


def wire(mechanisms):
    return [{"Priority": each["priority"], "Name": each["name"]} for each in mechanisms]


def versioned(name, versions, live, base=None, also=()):
    """A trigger that is a function with the version of its event."""
    at = f"lambdaConfig.{name}"
    return Row("userPools", at, {"lambdaVersion": versions[0], "lambdaArn": function("a")},
               {"lambdaVersion": versions[1], "lambdaArn": function("b")},
               [Leaf(f"{at}.lambdaVersion", (f"LambdaConfig.{live}.LambdaVersion",), *versions),
                Leaf(f"{at}.lambdaArn", (f"LambdaConfig.{live}.LambdaArn", *also), function("a"), function("b"))], base or {})


USER_POOLS = [
    pool("name", "One name", "Another name", "Name", f"{STACK}-name", removal_cause="stack file"),
    pool("passwordPolicy.minimumLength", 10, 12, "Policies.PasswordPolicy.MinimumLength", 8,
         base={"passwordPolicy": {"requireSymbols": True}}, is_exclusive=True),
    *(pool(f"passwordPolicy.require{kind}", False, True, f"Policies.PasswordPolicy.Require{kind}", True, base=SYMBOLS, is_exclusive=True)
      for kind in ("Uppercase", "Lowercase", "Numbers", "Symbols")),
    pool("passwordPolicy.temporaryPasswordValidityDays", 3, "5d", "Policies.PasswordPolicy.TemporaryPasswordValidityDays", 7,
         shown=(3, 5), base=SYMBOLS, is_exclusive=True),
    Row("userPools", "passwordPolicy", {"minimumLength": 20, "requireNumbers": False}, {"minimumLength": 30, "requireNumbers": True},
        [Leaf("passwordPolicy.minimumLength", ("Policies.PasswordPolicy.MinimumLength",), 20, 30, 8),
         Leaf("passwordPolicy.requireNumbers", ("Policies.PasswordPolicy.RequireNumbers",), False, True, True)]),
    # A factor and the switch go together: neither is taken without the other.
    Row("userPools", "mfaConfiguration", "OPTIONAL", "ON",
        [Leaf("mfaConfiguration", ("MfaConfiguration", "mfa.MfaConfiguration"), "OPTIONAL", "ON", "OFF"),
         Leaf("softwareTokenMfaConfiguration.enabled", ("mfa.SoftwareTokenMfaConfiguration.Enabled",), True, True, GONE,
              planned=(True, True, False))],
        with_a={"softwareTokenMfaConfiguration": {"enabled": True}}, with_b={"softwareTokenMfaConfiguration": {"enabled": True}}),
    Row("userPools", "softwareTokenMfaConfiguration.enabled", True, False,
        [Leaf("softwareTokenMfaConfiguration.enabled", ("mfa.SoftwareTokenMfaConfiguration.Enabled",), True, GONE, GONE,
              planned=(True, False, False)),
         Leaf("mfaConfiguration", ("MfaConfiguration", "mfa.MfaConfiguration"), "ON", "OFF", "OFF")],
        with_a={"mfaConfiguration": "ON"}, with_b={"mfaConfiguration": "OFF"}),
    pool("autoVerifiedAttributes", ["email"], ["phone_number", "email"], "AutoVerifiedAttributes", []),
    pool("userAttributeUpdateSettings.attributesRequireVerificationBeforeUpdate", ["email"], ["phone_number"],
         "UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate", [], base=BOTH_VERIFIED),
    pool("accountRecoverySetting.recoveryMechanisms", recovery("verified_email"), recovery("admin_only"), RECOVERY,
         wire(recovery("verified_email", "verified_phone_number")),
         shown=(wire(recovery("verified_email")), wire(recovery("admin_only"))),
         planned=(recovery("verified_email"), recovery("admin_only"), recovery("verified_email", "verified_phone_number"))),
    pool("adminCreateUserConfig.allowAdminCreateUserOnly", True, False, "AdminCreateUserConfig.AllowAdminCreateUserOnly", False),
    pool("deletionProtection", "ACTIVE", "INACTIVE", "DeletionProtection", "INACTIVE"),
    pool("userPoolTier", "LITE", "PLUS", "UserPoolTier", "ESSENTIALS"),
    *(pool(f"lambdaConfig.{name}", function("a"), function("b"), f"LambdaConfig.{live}",
           base={"lambdaConfig": {} if name == "customMessage" else {"customMessage": function("other")}})
      for name, live in TRIGGERS.items()),
    versioned("preTokenGenerationConfig", ("V1_0", "V2_0"), "PreTokenGenerationConfig"),
    versioned("customEmailSender", ("V1_0", "V1_0"), "CustomEmailSender", {"lambdaConfig": {"kmsKeyID": KEYS[0]}}),
    versioned("customSMSSender", ("V1_0", "V1_0"), "CustomSMSSender", {"lambdaConfig": {"kmsKeyID": KEYS[0]}}),
    versioned("inboundFederation", ("V1_0", "V1_0"), "InboundFederation"),
    pool("lambdaConfig.kmsKeyID", *KEYS, "LambdaConfig.KMSKeyID"),
    pool("tags.team", "identity", "platform", "UserPoolTags.team", base={"tags": {"kept": "yes"}}),
    # A factor that is off is not shown at all.
    Row("userPools", "smsMfaConfiguration.enabled", True, False,
        [Leaf("smsMfaConfiguration.enabled", (), True, False, False),
         Leaf(None, ("mfa.SmsMfaConfiguration.SmsConfiguration.SnsCallerArn",), SENDER)], TEXT_MESSAGES),
    Row("userPools", "emailMfaConfiguration.enabled", True, False,
        [Leaf("emailMfaConfiguration.enabled", (), True, False, False), Leaf(None, ("mfa.hasMailFactor",), True)], MAIL),
    Row("userPools", "keyConfiguration.kmsKeyArn", *KEYS,
        [Leaf("keyConfiguration.kmsKeyArn", ("KeyConfiguration.KmsKeyArn",), *KEYS),
         Leaf("keyConfiguration.keyType", ("KeyConfiguration.KeyType",), *["CUSTOMER_MANAGED_KEY"] * 2, "AWS_OWNED_KEY")],
        with_a={"keyConfiguration": {"keyType": "CUSTOMER_MANAGED_KEY"}}, with_b={"keyConfiguration": {"keyType": "CUSTOMER_MANAGED_KEY"}}),
    pool("webACLArn", "a", "b", "webACL"),  # the test knows the ARNs
]

# App clients

def client(path, a, b, live, default=GONE, **more):
    base = {"userPool": "shared"} | more.pop("base", {})
    return one("appClients", path, a, b, live, default, base=base, **more)


OAUTH = {"allowedOAuthFlowsUserPoolClient": True, "allowedOAuthFlows": ["code"], "allowedOAuthScopes": ["openid"]}
URLS = ["https://a.example", "https://b.example"]
FLOWS = ["ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"]


def oauth(path, **b):
    """One of the three that only go together: with any removed, the file is refused. b: all that differs in state b."""
    leaves = []
    for name, first in OAUTH.items():
        second, default = b.get(name, first), False if first is True else []
        live = [GONE if value == [] else value for value in (first, second, default)]
        leaves.append(Leaf(name, (name[0].upper() + name[1:],), *live, planned=(first, second, default)))
    others = [{key: value for key, value in state.items() if key != path} for state in (OAUTH, OAUTH | b)]
    return Row("appClients", path, OAUTH[path], b[path], leaves, {"userPool": "shared"}, *others)


APP_CLIENTS = [
    client("name", "one", "another", "ClientName", f"{STACK}-name", removal_cause="stack file"),
    client("explicitAuthFlows", ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"], ["ALLOW_USER_AUTH"], "ExplicitAuthFlows",
           FLOWS),
    client("accessTokenValidity", 5, 10, "AccessTokenValidity", 1, planned=(5, 10, None)),
    client("idTokenValidity", 5, 10, "IdTokenValidity", 1, planned=(5, 10, None)),
    client("refreshTokenValidity", 5, 10, "RefreshTokenValidity", 30, planned=(5, 10, None)),
    client("tokenValidityUnits.accessToken", "minutes", "hours", "TokenValidityUnits.AccessToken", "hours",
           base={"accessTokenValidity": 20, "tokenValidityUnits": {"idToken": "hours"}}),
    client("tokenValidityUnits.idToken", "minutes", "hours", "TokenValidityUnits.IdToken", "hours",
           base={"idTokenValidity": 20, "tokenValidityUnits": {"accessToken": "hours"}}),
    client("tokenValidityUnits.refreshToken", "minutes", "hours", "TokenValidityUnits.RefreshToken", "days",
           base={"refreshTokenValidity": 100, "tokenValidityUnits": {"accessToken": "hours"}}),
    client("authSessionValidity", 5, "10m", "AuthSessionValidity", 3, shown=(5, 10)),
    client("preventUserExistenceErrors", "ENABLED", "LEGACY", "PreventUserExistenceErrors", "LEGACY"),
    client("enableTokenRevocation", False, True, "EnableTokenRevocation", True),
    client("supportedIdentityProviders", ["COGNITO"], ["COGNITO", "Google"], "SupportedIdentityProviders",
           planned=(["COGNITO"], ["COGNITO", "Google"], [])),
    client("callbackURLs", URLS[:1], URLS, "CallbackURLs", base=OAUTH, planned=(URLS[:1], URLS, [])),
    client("logoutURLs", URLS[:1], URLS, "LogoutURLs", base=OAUTH | {"callbackURLs": URLS}, planned=(URLS[:1], URLS, [])),
    client("defaultRedirectURI", *URLS, "DefaultRedirectURI", base=OAUTH | {"callbackURLs": URLS}),
    oauth("allowedOAuthFlowsUserPoolClient", allowedOAuthFlowsUserPoolClient=False, allowedOAuthFlows=[], allowedOAuthScopes=[]),
    oauth("allowedOAuthFlows", allowedOAuthFlows=["code", "implicit"]),
    oauth("allowedOAuthScopes", allowedOAuthScopes=["openid", "email"]),
    client("readAttributes", ["email"], ["email", "name"], "ReadAttributes"),
    client("writeAttributes", ["email"], ["email", "name"], "WriteAttributes"),
]
# Identity pools

def identities(path, a, b, live, default=GONE, **more):
    return one("identityPools", path, a, b, live, default, **more)


POOL = "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI"
PROVIDERS = [{"providerName": POOL, "clientId": "one"}, {"providerName": POOL, "clientId": "two", "serverSideTokenCheck": True}]
WIRE_PROVIDERS = [{"ProviderName": POOL, "ClientId": "one"}, {"ProviderName": POOL, "ClientId": "two", "ServerSideTokenCheck": True}]
ROLES = [f"arn:aws:iam::{ACCOUNT}:role/{letter}" for letter in "abc"]
ISSUERS = [f"arn:aws:iam::{ACCOUNT}:oidc-provider/{letter}.example" for letter in "ab"]
SAML = [f"arn:aws:iam::{ACCOUNT}:saml-provider/{letter}" for letter in "ab"]
FACEBOOK = "graph.facebook.com"

MAPPINGS = [
    {"identityProvider": FACEBOOK, "type": "Token", "ambiguousRoleResolution": "Deny"},
    {"identityProvider": "accounts.google.com", "type": "Rules", "ambiguousRoleResolution": "AuthenticatedRole", "rulesConfiguration": {
        "rules": [{"claim": "email", "matchType": "StartsWith", "value": "ann@", "roleARN": ROLES[0]}]}}]
WIRE_MAPPINGS = [
    {"IdentityProvider": FACEBOOK, "Type": "Token", "AmbiguousRoleResolution": "Deny"},
    {"IdentityProvider": "accounts.google.com", "Type": "Rules", "AmbiguousRoleResolution": "AuthenticatedRole", "RulesConfiguration": {
        "Rules": [{"Claim": "email", "MatchType": "StartsWith", "Value": "ann@", "RoleARN": ROLES[0]}]}}]
TAGGED = {"identityProviderName": FACEBOOK, "principalTags": {"tenant": "sub"}}

IDENTITY_POOLS = [
    identities("name", "one", "another", "IdentityPoolName", f"{STACK}-name", removal_cause="stack file"),
    identities("allowUnauthenticatedIdentities", True, False, "AllowUnauthenticatedIdentities", False, is_exclusive=True),
    identities("allowClassicFlow", True, False, "AllowClassicFlow", False, is_exclusive=True),
    identities("cognitoIdentityProviders", PROVIDERS[:1], PROVIDERS, "CognitoIdentityProviders", [],
               shown=(WIRE_PROVIDERS[:1], WIRE_PROVIDERS), planned=(PROVIDERS[:1], PROVIDERS, [])),
    identities(f'supportedLoginProviders["{FACEBOOK}"]', "1", "2", f"SupportedLoginProviders.{FACEBOOK}",
               base={"supportedLoginProviders": {"accounts.google.com": "3"}}, is_exclusive=True),
    identities("openIdConnectProviderARNs", ISSUERS[:1], ISSUERS, "OpenIdConnectProviderARNs", []),
    identities("samlProviderARNs", SAML[:1], SAML, "SamlProviderARNs", []),
    identities("roles.authenticated", *ROLES[:2], "roles.authenticated", base={"roles": {"unauthenticated": ROLES[2]}}),
    identities("roles.unauthenticated", *ROLES[:2], "roles.unauthenticated", base={"roles": {"authenticated": ROLES[2]}}),
    identities("roleMappings", MAPPINGS[:1], MAPPINGS, "mappings", [], shown=(WIRE_MAPPINGS[:1], WIRE_MAPPINGS),
               planned=(MAPPINGS[:1], MAPPINGS, []), base={"supportedLoginProviders": {FACEBOOK: "1", "accounts.google.com": "2"}}),
    Row("identityPools", "principalTags", [TAGGED], [TAGGED | {"principalTags": {"tenant": "email"}}],
        [Leaf(f'principalTags["{FACEBOOK}"].principalTags.tenant', (f"principalTags.{FACEBOOK}.PrincipalTags.tenant",), "sub", "email")],
        {"supportedLoginProviders": {FACEBOOK: "1"}}),
    identities("tags.team", "identity", "platform", "IdentityPoolTags.team", base={"tags": {"kept": "yes"}}),
]

# Roles and users

LAMBDA = {"trust": [{"service": "lambda.amazonaws.com"}]}
READ, WRITE, OTHER = policy("s3:GetObject"), policy("s3:PutObject"), policy("s3:ListAllMyBuckets")


def principals(section, base):
    def principal(path, a, b, live, default=GONE, **more):
        return one(section, path, a, b, live, default, base=base | more.pop("base", {}), **more)

    grants = [policy(["sts:AssumeRole"], [role]) for role in ROLES]
    return [
        principal("grants", [{"assumeRole": ROLES[0]}], [{"assumeRole": ROLES[1]}], "inline.cogstack-grants",
                  shown=grants[:2], planned=(*grants[:2], []), is_exclusive=True),
        principal("inlinePolicies.mine", READ, WRITE, "inline.mine", base={"inlinePolicies": {"other": OTHER}}, is_exclusive=True),
        principal("managedPolicies", [managed("a"), managed("b")], [managed("b"), managed("c")], "attached",
                  default=[], planned=([managed("a"), managed("b")], [managed("b"), managed("c")], []), is_exclusive=True),
        Row(section, "permissionsBoundary", managed("a"), managed("b"),
            [Leaf("permissionsBoundary", ("PermissionsBoundary.PermissionsBoundaryArn",), managed("a"), managed("b")),
             Leaf(None, ("PermissionsBoundary.PermissionsBoundaryType",), *["PermissionsBoundaryPolicy"] * 2)], base),
        Row(section, "exclusivePolicies", False, True, [], base, is_local=True),
        principal("tags.team", "identity", "platform", "Tags.team", base={"tags": {"kept": "yes"}}),
    ]


def role(path, a, b, live, default=GONE, **more):
    return one("roles", path, a, b, live, default, base=LAMBDA | more.pop("base", {}), **more)


IAM_ROLES = [
    role("description", "one", "another", "Description", "",
         unlike_aws={"removed": "the endpoint ignores UpdateRole's empty Description, which its form reader drops"}),
    role("maxSessionDuration", 7200, "12h", "MaxSessionDuration", 3600, shown=(7200, 43200)),
    one("roles", "trust", [{"service": "lambda.amazonaws.com"}], [{"service": "ec2.amazonaws.com"}], "AssumeRolePolicyDocument",
        shown=(trust("lambda.amazonaws.com"), trust("ec2.amazonaws.com")), is_removable=False),
    *principals("roles", LAMBDA),
]
IAM_USERS = principals("iamUsers", {})

ACCESS_KEYS = [
    one("accessKeys", "status", "Inactive", "Active", "Status", "Active", base={"iamUser": "key-status"}),
    Row("accessKeys", "rotateAfter", "90d", "30d", [], {"iamUser": "key-rotateafter"}, is_local=True),
]

# Functions

CODE = {"runtime": "python3.13", "handler": "code.handler", "code": "code/a", "role": "runner"}
LAYERS = [f"arn:aws:lambda:us-east-1:{ACCOUNT}:layer:{letter}:1" for letter in "ab"]


def lambda_function(path, a, b, live, default=GONE, **more):
    base = {key: value for key, value in CODE.items() if key != path} | more.pop("base", {})
    return one("lambdaFunctions", path, a, b, live, default, base=base, **more)


LAMBDA_FUNCTIONS = [
    lambda_function("runtime", "python3.12", "python3.13", "Runtime", is_removable=False),
    lambda_function("handler", "code.handler", "code.other", "Handler", is_removable=False),
    # What the plan and boto3 show are digests, which the test computes from the live function.
    lambda_function("code", "code/a", "code/b", "CodeSha256", is_removable=False),
    lambda_function("role", "runner", "runner-b", "Role", is_removable=False,
                    shown=[f"arn:aws:iam::{ACCOUNT}:role/{STACK}-{name}" for name in ("runner", "runner-b")]),
    lambda_function("description", "one", "another", "Description", ""),
    lambda_function("timeout", 10, "15m", "Timeout", 3, shown=(10, 900)),
    lambda_function("memorySize", 256, 512, "MemorySize", 128),
    lambda_function("architectures", ["arm64"], ["x86_64"], "Architectures", ["x86_64"]),
    lambda_function("environment.MODE", "one", "another", "Environment.Variables.MODE", base={"environment": {"KEPT": "yes"}},
                    is_exclusive=True, is_sensitive=True),
    lambda_function("kmsKeyArn", *KEYS, "KMSKeyArn", default="", base={"environment": {"KEPT": "yes"}}),
    lambda_function("layers", LAYERS, LAYERS[::-1], "layers", [], planned=(LAYERS, LAYERS[::-1], [])),
    lambda_function("ephemeralStorage.size", 1024, 2048, "EphemeralStorage.Size", 512),
    lambda_function("tracingConfig.mode", "Active", "PassThrough", "TracingConfig.Mode", "PassThrough"),
    lambda_function("reservedConcurrentExecutions", 0, 2, "concurrency"),
    lambda_function("logRetentionDays", 7, 14, "retention"),
    Row("lambdaFunctions", "probe", {"check": "key"}, {"check": "other"}, [], CODE, is_local=True),
    lambda_function("tags.team", "identity", "platform", "tags.team", base={"tags": {"kept": "yes"}}),
]

# Secrets and parameters

PAIRS = {"keyValuePairs": {"kept": "yes"}}
SECRETS = [
    one("secrets", "description", "one", "another", "Description", default=GONE, base=PAIRS, planned=("one", "another", "")),
    one("secrets", "kmsKeyId", *KEYS, "KmsKeyId", base=PAIRS, planned=(*KEYS, "")),
    one("secrets", "secretString", "one", "another", "value", is_removable=False, is_sensitive=True),
    one("secrets", "keyValuePairs.id", "one", "another", "value.id", base=PAIRS, is_exclusive=True, is_sensitive=True),
    Row("secrets", "recoveryWindowInDays", 7, 0, [], PAIRS, is_local=True),
    one("secrets", "tags.team", "identity", "platform", "tags.team", base=PAIRS | {"tags": {"kept": "yes"}}),
]
PARAMETERS = [
    one("ssmParameters", "description", "one", "another", "Description", default=GONE, base=PAIRS, planned=("one", "another", "")),
    one("ssmParameters", "keyId", *KEYS, "KeyId", default="alias/aws/ssm", base=PAIRS),
    one("ssmParameters", "value", "one", "another", "value", is_removable=False, is_sensitive=True),
    one("ssmParameters", "keyValuePairs.id", "one", "another", "value.id", base=PAIRS, is_exclusive=True, is_sensitive=True),
    one("ssmParameters", "tags.team", "identity", "platform", "tags.team", base=PAIRS | {"tags": {"kept": "yes"}}),
]

# Maps and objects that go as a whole, and the only key of a map that stays.

def whole(section, path, a, b, live, base=None, **more):
    return Row(section, path, a, b, [Leaf(f"{path}.{key}", (live(key),), a[key], b[key]) for key in a], base or {}, **more)


WHOLES = [
    whole("userPools", "lambdaConfig", {"preSignUp": function("a"), "userMigration": function("b")},
          {"preSignUp": function("b"), "userMigration": function("a")}, lambda key: f"LambdaConfig.{TRIGGERS[key]}"),
    whole("identityPools", "roles", {"authenticated": ROLES[0], "unauthenticated": ROLES[1]},
          {"authenticated": ROLES[1], "unauthenticated": ROLES[0]}, "roles.{}".format),
    whole("userPools", "tags", {"one": "1", "two": "2"}, {"one": "3", "two": "4"}, "UserPoolTags.{}".format),
    whole("identityPools", "tags", {"one": "1", "two": "2"}, {"one": "3", "two": "4"}, "IdentityPoolTags.{}".format),
    whole("roles", "tags", {"one": "1", "two": "2"}, {"one": "3", "two": "4"}, "Tags.{}".format, LAMBDA),
    whole("roles", "inlinePolicies", {"one": READ, "two": WRITE}, {"one": WRITE, "two": READ}, "inline.{}".format, LAMBDA,
          is_exclusive=True),
    whole("lambdaFunctions", "environment", {"ONE": "1", "TWO": "2"}, {"ONE": "3", "TWO": "4"}, "Environment.Variables.{}".format,
          CODE, is_sensitive=True),
    lambda_function("environment.ONLY", "one", "another", "Environment.Variables.ONLY", base={"environment": {}},
                    is_exclusive=True, is_sensitive=True),
]

ROWS = [*USER_POOLS, *APP_CLIENTS, *IDENTITY_POOLS, *IAM_ROLES, *IAM_USERS, *ACCESS_KEYS, *LAMBDA_FUNCTIONS, *SECRETS, *PARAMETERS, *WHOLES]
# And all that follow from the declarations.
ROWS += conformance.derived([(row.section, leaf.plan or row.path) for row in ROWS for leaf in row.leaves or [Leaf(row.path, (), 0, 0)]], one, GONE)

# What the rows refer to.
OTHERS = {
    "userPools": {"shared": {}},
    "roles": {"runner": LAMBDA, "runner-b": LAMBDA},
    "iamUsers": {"key-status": {}, "key-rotateafter": {}},
}

# The properties that AWS sets at creation only, and those that take a new object: they have tests of their own.
AT_CREATION_ONLY = [
    ("userPools", "usernameAttributes", ["email"], ["phone_number"]),
    ("userPools", "aliasAttributes", ["email"], ["phone_number"]),
    ("userPools", "usernameConfiguration.caseSensitive", False, True),
    ("identityPools", "developerProviderName", "one", "another"),
]
REPLACED = ["appClients.userPool", "appClients.generateSecret", "roles.name", "roles.path", "iamUsers.name", "iamUsers.path",
            "accessKeys.iamUser", "lambdaFunctions.name", "secrets.name", "ssmParameters.name", "ssmParameters.type",
            "ssmParameters.tier"]
