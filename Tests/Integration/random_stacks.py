"""Random stacks, random edits of them, and random misfortune: everything that one seed decides."""

import json
import random
import threading
import time

from botocore.exceptions import ClientError

ABSENT = object()


def policy(action):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}


LOOK, LIST, WHO = policy("s3:ListAllMyBuckets"), policy(["s3:ListBucket", "s3:GetObject"]), policy("sts:GetCallerIdentity")
POLICIES = "arn:aws:iam::aws:policy/"
LAMBDA = [{"service": "lambda.amazonaws.com"}]
CODE = {"runtime": "python3.13", "handler": "lambda_function.lambda_handler", "code": "../examples/changed", "role": "proxy-execution"}
EXTRA_KEY = {
    "iamUsers.keyed": {},
    "accessKeys.keyed": {"iamUser": "keyed"},
    "lambdaFunctions.credential-proxy.environment.KEYED_ACCESS_KEY_ID": "$(accessKeys.keyed.id)",
    "lambdaFunctions.credential-proxy.environment.KEYED_SECRET_ACCESS_KEY": "$(accessKeys.keyed.secret)",
}
MFA = "userPools.users.mfaConfiguration", "userPools.users.softwareTokenMfaConfiguration"
GUESTS = "identityPools.identities.allowUnauthenticatedIdentities", "identityPools.identities.roles.unauthenticated"


def together(paths, *alternatives):
    """Properties that are only changed together."""
    return [dict(zip(paths, values)) for values in alternatives]


def one(path, *values):
    return [{path: value} for value in values]


# Each row is one edit: what it can put over stacks/dev.yaml, one alternative at a time. ABSENT takes it away again.
EDITS = [
    one("tags.season", "spring", "summer", ABSENT),
    one("userPools.users.passwordPolicy.minimumLength", 10, 14, ABSENT),
    one("userPools.users.passwordPolicy.requireSymbols", True, ABSENT),
    one("userPools.users.autoVerifiedAttributes", ["email", "phone_number"], ABSENT),
    one("userPools.users.adminCreateUserConfig.allowAdminCreateUserOnly", True, ABSENT),
    one("userPools.users.userPoolTier", "LITE", "PLUS", ABSENT),
    together(MFA, ("OPTIONAL", {"enabled": True}), ("ON", {"enabled": True}), (ABSENT, ABSENT)),
    one("userPools.second", {}, {"autoVerifiedAttributes": ["email"]}, ABSENT),
    one("appClients.cli.generateSecret", True, ABSENT),
    one("appClients.cli.name", "renamed-client", ABSENT),
    one("appClients.cli.refreshTokenValidity", 2, 20, ABSENT),
    one("appClients.cli.explicitAuthFlows", ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"], ABSENT),
    one("appClients.web", {"userPool": "users"}, {"userPool": "users", "generateSecret": True}, ABSENT),
    one("identityPools.identities.name", "RenamedPool", ABSENT),
    together(GUESTS, (True, "authenticated"), (ABSENT, ABSENT)),
    one("identityPools.second", {
        "allowUnauthenticatedIdentities": False, "cognitoIdentityProviders": [{"appClient": "cli"}],
        "roles": {"authenticated": "authenticated"}}, ABSENT),
    one("roles.authenticated.grants", [{"cognitoIdentity": "credentials"}], ABSENT),
    one("roles.authenticated.inlinePolicies", {"look": LOOK}, {"look": LIST, "who": WHO}, ABSENT),
    one("roles.long-lived.name", "dev-renamed", ABSENT),
    one("roles.long-lived.path", "/service/", ABSENT),
    one("roles.long-lived.description", "Users of the credential proxy", ABSENT),
    one("roles.long-lived.maxSessionDuration", "1h", "12h", ABSENT),
    one("roles.long-lived.managedPolicies", [POLICIES + "AmazonS3ReadOnlyAccess"], ABSENT),
    one("roles.proxy-execution.name", "dev-execution-renamed", ABSENT),
    one("roles.proxy-execution.path", "/service/", ABSENT),
    one("roles.proxy-execution.managedPolicies", [POLICIES + "service-role/AWSLambdaBasicExecutionRole"], ABSENT),
    one("roles.extra", {"trust": LAMBDA}, {"trust": [{"iamUser": "proxy"}], "inlinePolicies": {"who": WHO}}, ABSENT),
    one("iamUsers.proxy.name", "dev-renamed-user", ABSENT),
    one("iamUsers.proxy.path", "/service/", ABSENT),
    one("iamUsers.proxy.inlinePolicies", {"who": WHO}, ABSENT),
    one("iamUsers.extra", {"inlinePolicies": {"who": WHO}}, {}, ABSENT),
    [EXTRA_KEY, dict.fromkeys(EXTRA_KEY, ABSENT)],
    one("lambdaFunctions.credential-proxy.name", "dev-renamed-proxy", ABSENT),
    one("lambdaFunctions.credential-proxy.timeout", 20, ABSENT),
    one("lambdaFunctions.credential-proxy.code", "../examples/changed", ABSENT),
    one("lambdaFunctions.credential-proxy.logRetentionDays", 14, ABSENT),
    one("lambdaFunctions.credential-proxy.environment.LOUD", "yes", "no", ABSENT),
    one("lambdaFunctions.second", CODE, CODE | {"logRetentionDays": 7, "environment": {"LOUD": "yes"}}, ABSENT),
]


def edited(edits):
    """A stack file that lays `edits`, values by their paths, over stacks/dev.yaml. A longer path goes into a shorter one's value."""
    # Without the probe: a function that is called makes its log group anew where somebody has deleted it, without tags, and what
    # carries none stays at destroy.
    file = {"stack": "dev", "extends": "dev.yaml", "lambdaFunctions": {"credential-proxy": {"probe": None}}}
    for path, value in sorted(edits.items()):
        *parents, last = path.split(".")
        inner = file
        for key in parents:
            inner = inner.setdefault(key, {})
        inner[last] = value
    return file


class Chance:
    """What happens in a seed, in words too."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.edits = {}

    def edit(self, count):
        """Changes the file in so many places; what was changed, in words."""
        words = []
        for alternatives in self.random.sample(EDITS, count):
            chosen = self.random.choice([a for a in alternatives if any(self.edits.get(p, ABSENT) != v for p, v in a.items())])
            for path, value in chosen.items():
                self.edits.pop(path, None)
                if value is not ABSENT:
                    self.edits[path] = value
                words.append(f"{path} = {'(absent)' if value is ABSENT else value}")
        return "; ".join(words)

    # What goes wrong

    def delay(self, rules):
        """Lets AWS be late; the clock counts the questions for the time."""
        choose = self.random.choice
        delays = {"busy": choose((0, 0, 2, 4)), "write_delay": choose((0, 0, 4)), "role_delay": choose((0, 0, 8)),
                  "principal_delay": choose((0, 0, 8)), "read_lag": choose((0, 0, 1, 2))}
        for name, value in delays.items():
            setattr(rules, name, value)
        return ", ".join(f"{name} {value}" for name, value in delays.items() if value)

    def faults(self, layer):
        """Lets requests fail; what and when, in words."""
        words = []
        for _ in range(self.random.choice((0, 1, 2, 4))):
            operation, nth = "*", self.random.randint(1, 60)
            mode = self.random.choice(("throttle", "throttle", "500", "reset-before", "reset-after", "truncate", "garbage", "hold"))
            if mode in ("reset-before", "reset-after"):
                operation, nth = self.random.choice(CREATES), 1
            fault = layer.fail(operation, nth=nth, mode=mode)
            if mode == "hold":
                threading.Thread(target=_let_go, args=(fault,), daemon=True).start()
            words.append(f"{mode} at {operation} {nth}")
        return ", ".join(words)

    def kill(self):
        """At which request the run is killed, and whether before it or after; None where it is not."""
        if self.random.random() < 0.4:
            return None
        return self.random.randint(1, 70), self.random.choice(("before", "after"))

    def hand(self, account):
        """Somebody changes something live that is the file's; what, in words."""
        hand = self.random.choice(HANDS)
        try:
            hand(account)
        except (ClientError, IndexError) as error:
            return f"{hand.__name__} in vain: {error}"
        return hand.__name__


CREATES = ["CreateUserPool", "CreateUserPoolClient", "CreateIdentityPool", "CreateRole", "CreateUser", "CreateAccessKey", "CreateFunction"]


def _let_go(fault):
    fault.reached.wait(120)
    time.sleep(0.4)
    fault.released.set()


# Somebody's hand

def add_a_policy(account):
    account.client("iam").put_role_policy(RoleName="dev-authenticated", PolicyName="by-hand", PolicyDocument=_text(LOOK))


def take_grants_away(account):
    account.client("iam").delete_role_policy(RoleName="dev-authenticated", PolicyName="cogstack-grants")


def change_the_timeout(account):
    functions = account.client("lambda")
    name = functions.list_functions()["Functions"][0]["FunctionName"]
    functions.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.1})
    functions.update_function_configuration(FunctionName=name, Timeout=77)
    functions.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.1})


def delete_a_function(account):
    functions = account.client("lambda")
    functions.delete_function(FunctionName=functions.list_functions()["Functions"][0]["FunctionName"])


def delete_a_client(account):
    idp = account.client("cognito-idp")
    for pool in idp.list_user_pools(MaxResults=60)["UserPools"]:
        for client in idp.list_user_pool_clients(UserPoolId=pool["Id"], MaxResults=60)["UserPoolClients"]:
            return idp.delete_user_pool_client(UserPoolId=pool["Id"], ClientId=client["ClientId"])


def delete_an_identity_pool(account):
    identity = account.client("cognito-identity")
    identity.delete_identity_pool(IdentityPoolId=identity.list_identity_pools(MaxResults=60)["IdentityPools"][0]["IdentityPoolId"])


def delete_a_key(account):
    iam = account.client("iam")
    for user in iam.list_users()["Users"]:
        if user["UserName"].startswith("dev-"):
            for key in iam.list_access_keys(UserName=user["UserName"])["AccessKeyMetadata"]:
                return iam.delete_access_key(UserName=user["UserName"], AccessKeyId=key["AccessKeyId"])


def delete_a_log_group(account):
    logs = account.client("logs")
    logs.delete_log_group(logGroupName=logs.describe_log_groups()["logGroups"][0]["logGroupName"])


def weaken_the_passwords(account):
    idp = account.client("cognito-idp")
    for pool in idp.list_user_pools(MaxResults=60)["UserPools"]:
        live = idp.describe_user_pool(UserPoolId=pool["Id"])["UserPool"]
        if live["Policies"]["PasswordPolicy"].get("RequireSymbols") is False:
            passwords = live["Policies"]["PasswordPolicy"] | {"MinimumLength": 6}
            return idp.update_user_pool(UserPoolId=pool["Id"], Policies={"PasswordPolicy": passwords})


HANDS = [add_a_policy, take_grants_away, change_the_timeout, delete_a_function, delete_a_client, delete_an_identity_pool, delete_a_key,
         delete_a_log_group, weaken_the_passwords]


def _text(document):
    return json.dumps(document)
