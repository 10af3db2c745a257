"""`verify`: the prod stack signs a made-up user in; each link broken by hand is named; nothing is left behind, also after a kill."""

import io
import json
import os
import re
import signal
import zipfile
from contextlib import contextmanager

import pytest

from cogstack import Cogstack
from conftest import ROOT
from strict import Dropped, StrictLayer
from test_sign_in import BUCKET, PASSWORD, PROD, System
from wire import Answer, Answered, Refused

pytestmark = pytest.mark.long

LINKS = ["leftovers", "user", "password", "signIn", "identity", "credentials", "shortSession", "proxy", "longSession", "grants",
         "isolation", "removal"]
TABLE = "prod-user-sessions"


@pytest.fixture(scope="module")
def system(binary, endpoint, tmp_path_factory):
    account = endpoint.account()
    with StrictLayer(endpoint, unsigned=account) as layer:
        yield System(Cogstack(binary, ROOT, tmp_path_factory.mktemp("verify"), account, layer), account, layer)


@pytest.fixture(autouse=True)
def nothing_left_behind(system):
    system.layer.clear()
    yield
    system.layer.clear()
    assert left_behind(system) == ({"ann", "ben"}, [])
    assert not list(system.cogstack.folder.rglob("verify.json"))


def left_behind(system):
    """The users, and the identities."""
    users = system.account.client("cognito-idp").list_users(UserPoolId=system.pool)["Users"]
    listed = system.account.client("cognito-identity", system.layer.url).list_identities(
        IdentityPoolId=system.set_up["identity_pool_id"], MaxResults=60)["Identities"]
    return {user["Username"] for user in users}, [each["IdentityId"] for each in listed]


def verify(system, *more, status=0):
    return system.cogstack.run("verify", PROD, *more, status=status)


def links(outcome):
    return {each["link"]: each for each in outcome.json["links"]}


# Where all is well


@pytest.fixture
def data(system):
    """The bucket and the table that the stack's grants are about, which the stack does not make."""
    s3, dynamodb = system.account.client("s3"), system.account.client("dynamodb")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="ann/file", Body=b"hers")
    dynamodb.create_table(
        TableName=TABLE, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "user", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": "user", "AttributeType": "S"}, {"AttributeName": "at", "AttributeType": "N"}])
    dynamodb.put_item(TableName=TABLE, Item={"user": {"S": "ann"}, "at": {"N": "0"}})
    yield
    objects, items = s3.list_objects_v2(Bucket=BUCKET)["Contents"], dynamodb.scan(TableName=TABLE)["Items"]
    uploads = s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
    s3.delete_object(Bucket=BUCKET, Key="ann/file")
    s3.delete_bucket(Bucket=BUCKET)
    dynamodb.delete_table(TableName=TABLE)
    # Nothing was written, and nothing of hers is gone.
    assert ([each["Key"] for each in objects], uploads, [item["user"]["S"] for item in items]) == (["ann/file"], [], ["ann"])


def asked(system, operation):
    """The statuses of what the sessions asked, in order."""
    return [request.status for request in system.layer.requests if request.operation == operation and request.access_key.startswith("ASIA")]


def test_every_link_holds(system, data):
    outcome = verify(system, "--json", "--strict")
    found = links(outcome)
    assert outcome.json["works"] and outcome.json["complete"] and "interrupted" not in outcome.json
    assert list(found) == LINKS and {each["outcome"] for each in found.values()} == {"holds"}, str(outcome)
    assert re.fullmatch(r"assumed-role/prod-long-lived/CognitoAuth-cogstack-verify-\S+, for 12 h", found["longSession"]["seen"])
    reached = "in both sessions s3://%s/<%s>/ (list, read, write); in the long session table %s (read, write)"
    assert found["grants"]["seen"] == reached % (BUCKET, "identity", TABLE) + ", functions prod-user-function-*"
    assert found["isolation"]["seen"] == "refused " + reached % (BUCKET, "another", TABLE)
    assert not [each for each in found.values() if "notChecked" in each]
    # As a client does: as nobody, with the short session, with the long one.
    invoked = [request for request in system.layer.requests if request.operation == "Invoke"]
    signers = {request.operation: request.access_key[:4] for request in system.layer.requests if request.service != "iam"}
    assert (signers["InitiateAuth"], signers["GetCredentialsForIdentity"], signers["Invoke"]) == ("", "", "ASIA")
    # Each session its own, then each another's; the answers are about what is missing, or refusals.
    assert asked(system, "ListObjectsV2") == [200, 200, 403, 403]
    assert asked(system, "GetObject") == asked(system, "AbortMultipartUpload") == [404, 404, 403, 403]
    assert asked(system, "GetItem") == [200, 400] and asked(system, "DeleteItem") == [400, 400]
    assert [request.headers.get("x-amz-invocation-type") for request in invoked] == [None, "DryRun"] and invoked[1].status == 404


@pytest.mark.parametrize("operation, link", [
    ("AdminSetUserPassword", "password"), ("GetId", "identity"), ("GetCallerIdentity", "shortSession"), ("Invoke", "proxy"),
    ("ListObjectsV2", "grants"), ("GetObject", "grants"), ("GetItem", "grants"),
])
def test_a_page_is_no_answer(system, data, operation, link):
    """A page of a proxy, with status 200, where AWS should answer: not even `the function said so` follows from it."""
    own = [0]

    def lie(request):
        # The first GetCallerIdentity is the run's own, which `verify` does not get past without.
        own[0] += request.operation == "GetCallerIdentity"
        if request.operation == operation and (operation != "GetCallerIdentity" or own[0] > 1):
            raise Answered(Answer(200, [("Content-Type", "text/html")], b"<!doctype html><title>Welcome</title><h1>Sign in</h1>"))

    system.layer.before = lie
    outcome = verify(system, "--json", status=1)
    broken = links(outcome)[link]
    assert broken["outcome"] == "broke", str(outcome)
    said = json.dumps(broken, ensure_ascii=False)
    assert "this is not AWS's answer: HTTP 200, 53 bytes of text/html, titled “Welcome”" in said, said
    assert "no proxy answers in its place" in said and system.layer.url in said, said


def test_a_line_for_each_link(system):
    shown = verify(system).out.replace("\n    ", " ").splitlines()
    assert [line[0] for line in shown[:12]] == ["✓"] * 10 + ["–", "✓"]
    assert all(re.search(r"\d s$", line) for line in shown[:12])
    missing = f"not checked{{}} the bucket {BUCKET} does not exist; the table {TABLE} does not exist (long session)"
    assert "in the long session functions prod-user-function-*; " + missing.format(":") in shown[9]
    assert missing.format(",") in shown[10]
    assert shown[12].startswith("Sign-in of stack prod works; 1 link not checked, 1 link only in part.")


def test_what_is_left_unchecked(system):
    """The bucket and the table are not there."""
    outcome = verify(system, "--json")
    assert outcome.json["works"] and not outcome.json["complete"]
    outcome = verify(system, "--json", "--strict", status=1)
    assert outcome.json["works"] and not outcome.json["complete"]
    shown = re.sub(r"\s+", " ", verify(system, "--strict", status=1).out)
    assert "is not fully checked, as `--strict` requires: 1 link not checked, 1 link only in part." in shown


def test_the_help_is_whole_sentences(system):
    paragraphs = system.cogstack.run("verify", "--help").out.split("\n\n")
    said = paragraphs[2:next(index for index, each in enumerate(paragraphs) if each.startswith("Arguments"))]
    assert said and all(re.fullmatch(r"[A-Z].*\.", each, re.DOTALL) for each in said), said


def test_no_secret_is_written(system):
    said = []
    system.layer.after = lambda request, answer: said.append(request.body + answer.body) if request.service.startswith("cognito") or \
        request.operation in ("Invoke", "AssumeRole") else None
    verify(system, "--verbose")
    secrets = re.findall(rb'"(?:Password|PASSWORD|IdToken|SecretKey|SessionToken)": ?"([^"]+)"|<SecretAccessKey>([^<]+)', b"\n".join(said))
    secrets = [secret for pair in secrets for secret in pair if len(secret) > 20]
    written = system.cogstack.everything_written()
    assert len(secrets) == 6 and not [secret for secret in secrets if secret in written]


def test_a_required_software_token(system):
    idp = system.account.client("cognito-idp")
    software = {"Enabled": True}
    idp.set_user_pool_mfa_config(UserPoolId=system.pool, SoftwareTokenMfaConfiguration=software, MfaConfiguration="ON")
    try:
        assert links(verify(system, "--json"))["signIn"]["seen"] == "by password and a software token"
    finally:
        idp.set_user_pool_mfa_config(UserPoolId=system.pool, SoftwareTokenMfaConfiguration=software, MfaConfiguration="OPTIONAL")
    assert [request.status for request in system.layer.requests if request.operation == "VerifySoftwareToken"] == [200]


# Each link, broken


def client_without_passwords(system):
    idp = system.account.client("cognito-idp")
    of = {"UserPoolId": system.pool, "ClientId": system.client}
    flows = idp.describe_user_pool_client(**of)["UserPoolClient"]["ExplicitAuthFlows"]
    idp.update_user_pool_client(**of, ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
    return lambda: idp.update_user_pool_client(**of, ExplicitAuthFlows=flows)


def identity_pool(system, change):
    client, of = system.account.client("cognito-identity"), system.set_up["identity_pool_id"]
    pool = client.describe_identity_pool(IdentityPoolId=of)
    roles = client.get_identity_pool_roles(IdentityPoolId=of)["Roles"]
    keys = ("IdentityPoolId", "IdentityPoolName", "AllowUnauthenticatedIdentities", "CognitoIdentityProviders")
    change(client, {key: pool[key] for key in keys})

    def restore():
        client.update_identity_pool(**{key: pool[key] for key in keys})
        client.set_identity_pool_roles(IdentityPoolId=of, Roles=roles)
    return restore


def without_providers(system):
    return identity_pool(system, lambda client, pool: client.update_identity_pool(**pool | {"CognitoIdentityProviders": []}))


def without_roles(system):
    return identity_pool(system, lambda client, pool: client.set_identity_pool_roles(IdentityPoolId=pool["IdentityPoolId"], Roles={}))


def with_a_lost_role(system):
    arn = f"arn:aws:iam::{system.account.id}:role/nobody"
    return identity_pool(
        system, lambda client, pool: client.set_identity_pool_roles(IdentityPoolId=pool["IdentityPoolId"], Roles={"authenticated": arn}))


def trust(role, old, new):
    def break_it(system):
        iam, name = system.account.client("iam"), f"prod-{role}"
        document = json.dumps(iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"])
        assert old(system) in document
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=document.replace(old(system), new(system)))
        return lambda: iam.update_assume_role_policy(RoleName=name, PolicyDocument=document)
    return break_it


def policies(role, change):
    """Changes the text of a role's inline policies."""
    def break_it(system):
        iam, name = system.account.client("iam"), f"prod-{role}"
        documents = {each: json.dumps(iam.get_role_policy(RoleName=name, PolicyName=each)["PolicyDocument"])
                     for each in iam.list_role_policies(RoleName=name)["PolicyNames"]}
        changed = {each: change(document) for each, document in documents.items()}
        assert changed != documents
        for each, document in changed.items():
            iam.put_role_policy(RoleName=name, PolicyName=each, PolicyDocument=document)

        def restore():
            for each, document in documents.items():
                iam.put_role_policy(RoleName=name, PolicyName=each, PolicyDocument=document)
        return restore
    return break_it


def inactive_key(system):
    iam = system.account.client("iam")
    [key] = iam.list_access_keys(UserName="prod-proxy")["AccessKeyMetadata"]
    of = {"UserName": "prod-proxy", "AccessKeyId": key["AccessKeyId"]}
    iam.update_access_key(**of, Status="Inactive")
    return lambda: iam.update_access_key(**of, Status="Active")


def ready(functions, name):
    functions.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.1})


def environment(change):
    def break_it(system):
        functions, name = system.account.client("lambda"), system.names["lambda_function_name"]
        variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        changed = {key: value for key, value in (variables | change).items() if value is not None}

        def put(variables):
            functions.update_function_configuration(FunctionName=name, Environment={"Variables": variables})
            ready(functions, name)

        put(changed)
        return lambda: put(variables)
    return break_it


def code(text):
    def break_it(system):
        functions, name = system.account.client("lambda"), system.names["lambda_function_name"]

        def put(files):
            archive = io.BytesIO()
            with zipfile.ZipFile(archive, "w") as writing:
                for path, content in files.items():
                    writing.writestr(path, content)
            functions.update_function_code(FunctionName=name, ZipFile=archive.getvalue())
            ready(functions, name)

        put({"lambda_function.py": text})
        return lambda: put({"lambda_function.py": (ROOT / "examples/credential-proxy/lambda_function.py").read_text()})
    return break_it


# How a link is broken, which it is, what is said in AWS's or the proxy's words, and what to look at.
BROKEN = {
    "the client allows no passwords": (client_without_passwords, "signIn", "flow not enabled", "ALLOW_USER_PASSWORD_AUTH"),
    "the identity pool has no provider": (without_providers, "identity", "not from a supported provider", "cognitoIdentityProviders"),
    "the identity pool has no roles": (without_roles, "credentials", "Invalid identity pool configuration", "has no authenticated role"),
    "the identity pool's role is gone": (with_a_lost_role, "credentials", "Invalid identity pool configuration", "nobody, is gone"),
    "the role lets another pool in": (
        trust("authenticated", lambda s: s.set_up["identity_pool_id"], lambda s: "us-east-1:00000000-0000-0000-0000-000000000000"),
        "credentials", "Invalid identity pool configuration", "The trust of the authenticated role, prod-authenticated,"),
    "the role may not invoke": (
        policies("authenticated", lambda text: text.replace("lambda:InvokeFunction", "lambda:GetFunction")),
        "proxy", "AccessDenied", "may not invoke the function"),
    "the key is inactive": (inactive_key, "proxy", "could not be assumed", "the key in it"),
    "the environment lacks a variable": (environment({"IDENTITY_POOL_ID": None}), "proxy", "has no IDENTITY_POOL_ID", "environment"),
    "another user pool is meant": (environment({"USER_POOL_ID": "us-east-1_000000000"}), "proxy", "another user pool", "another user pool"),
    "the long-lived role lets nobody in": (
        trust("long-lived", lambda s: "user/prod-proxy", lambda s: "user/endpoint-admin"), "proxy", "may not be assumed", "sts:AssumeRole"),
    "the function raises": (code("def lambda_handler(event, context): raise ValueError('oh')"), "proxy", "oh", "/aws/lambda/"),
    "the function is another one": (code("def lambda_handler(event, context): return 'hello'"), "proxy", None, "own code"),
    "the session is as short as the other": (environment({"MAX_SESSION_SECONDS": "3600"}), "longSession", None, "MAX_SESSION_SECONDS"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_link_is_named(system, name):
    break_it, link, words, advice = BROKEN[name]
    restore = break_it(system)
    try:
        outcome = verify(system, "--json", "--wait", "0", status=1)
    finally:
        restore()
    found = links(outcome)
    assert [each for each in found.values() if each["outcome"] == "broke"] == [found[link]], str(outcome)
    assert (words or "") in found[link].get("words", "") and advice in found[link]["help"], str(outcome)
    # No link behind it, and the end.
    assert list(found) == LINKS[:LINKS.index(link) + 1] + ["removal"]


def test_the_screen_names_it_too(system):
    restore = without_roles(system)
    try:
        shown = re.sub(r"\s+", " ", verify(system, "--wait", "0", status=1).out)
    finally:
        restore()
    assert "✗ get its credentials: Cognito Identity GetCredentialsForIdentity was refused: InvalidIdentityPoolConfigurationException: " in shown
    assert "look at its `roles`. ✓ remove user and identity" in shown
    assert shown.rstrip().rpartition(" at: ")[2].startswith("get its credentials.")


# What the grants allow


@contextmanager
def by_hand(system, role, *statements):
    """A policy of a role's that the stack has not."""
    iam, of = system.account.client("iam"), {"RoleName": role, "PolicyName": "by-hand"}
    iam.put_role_policy(**of, PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))
    try:
        yield
    finally:
        iam.delete_role_policy(**of)


def statement(action, resource, effect="Allow"):
    return {"Effect": effect, "Action": action, "Resource": resource}


def test_what_is_refused_in_spite_of_a_grant(system, data):
    """As by an organisation's policy, which no policy of the role's tells of."""
    operations = ("ListObjectsV2", "GetObject", "AbortMultipartUpload", "GetItem", "DeleteItem")

    def refuse(request):
        is_dry = request.headers.get("x-amz-invocation-type") == "DryRun"
        if is_dry or request.operation in operations and request.access_key.startswith("ASIA"):
            code = "AccessDenied" if request.service == "s3" else "AccessDeniedException"
            words = {"GetObject": "s3:GetObject"}.get(request.operation, "it")
            raise Refused(code, f"not authorized to perform: {words} with an explicit deny in a service control policy", 403)

    system.layer.before = refuse
    found = links(verify(system, "--json", "--wait", "1", status=1))
    assert list(found) == LINKS[:10] + ["removal"] and found["grants"]["outcome"] == "broke"
    own = f"s3://{BUCKET}/{found['identity']['seen']}/"
    objects = f"may not list, read or write {own} (s3:ListBucket, s3:GetObject, s3:AbortMultipartUpload)"
    items = f"read or write items of {found['identity']['seen']} in table {TABLE} (dynamodb:GetItem, dynamodb:DeleteItem)"
    assert found["grants"]["error"] == f"the short session {objects}; the long session {objects}, nor {items}, " \
        "nor invoke functions prod-user-function-* (lambda:InvokeFunction)"
    assert "service control policy" in found["grants"]["words"] and "prod-authenticated grants it" in found["grants"]["help"]
    # It might have passed.
    assert len(asked(system, "GetObject")) == 3


def test_the_other_sessions_variable(system, data):
    """Of which aws-cognito-auth's own set-up makes use."""
    restore = policies("long-lived", lambda text: text.replace("${aws:PrincipalTag/CognitoIdentityId}", "${cognito-identity.amazonaws.com:sub}"))(system)
    try:
        found = links(verify(system, "--json", "--wait", "0", status=1))
    finally:
        restore()
    assert found["grants"]["error"].startswith("the long session may not list, read or write s3://") and "no identity-based policy allows" in found["grants"]["words"]
    assert "${cognito-identity.amazonaws.com:sub}, which has no value in the long session" in found["grants"]["help"]


def test_a_grant_beside_the_isolating_one(system, data):
    """Of each kind."""
    table = f"arn:aws:dynamodb:us-east-1:{system.account.id}:table/{TABLE}"
    beside = [
        statement("s3:ListBucket", f"arn:aws:s3:::{BUCKET}"), statement(["s3:GetObject", "s3:AbortMultipartUpload"], f"arn:aws:s3:::{BUCKET}/*"),
        statement("dynamodb:*", table)]
    with by_hand(system, "prod-long-lived", *beside):
        found = links(verify(system, "--json", status=1))
    assert found["grants"]["outcome"] == "holds" and found["isolation"]["outcome"] == "broke"
    place = rf"s3://{BUCKET}/us-east-1:[0-9a-f-]{{36}}/"
    items = rf"items of us-east-1:[0-9a-f-]{{36}} in table {TABLE}"
    assert re.fullmatch(
        rf"the long session may reach what belongs to another identity: list, read and write {place}, read and write {items}",
        found["isolation"]["error"])
    assert "prod-long-lived" in found["isolation"]["help"]


def test_objects_of_others_that_may_be_read_and_not_listed(system, data):
    """S3 answers then as if nothing might be done."""
    with by_hand(system, "prod-authenticated", statement("s3:GetObject", f"arn:aws:s3:::{BUCKET}/*")):
        found = links(verify(system, "--json", status=1))
    assert found["isolation"]["error"].startswith("the short session may reach what belongs to another identity: read s3://")
    assert found["isolation"]["error"].endswith("where S3 refuses no more than to say what is missing")


def test_what_proves_nothing_breaks_nothing(system, data):
    """A denial, a condition, somebody else's table; and what the tries of one action do not show of another."""
    denied = statement("s3:AbortMultipartUpload", f"arn:aws:s3:::{BUCKET}/*", "Deny")
    conditional = statement("s3:GetObject", f"arn:aws:s3:::{BUCKET}/office/*") | {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}
    elsewhere = statement("dynamodb:GetItem", f"arn:aws:dynamodb:eu-west-1:{system.account.id}:table/others")
    with by_hand(system, "prod-authenticated", denied, conditional, elsewhere), by_hand(
            system, "prod-long-lived", statement("dynamodb:Scan", f"arn:aws:dynamodb:us-east-1:{system.account.id}:table/{TABLE}")):
        outcome = verify(system, "--json")
    found = links(outcome)
    assert {each["outcome"] for each in found.values()} == {"holds"}, str(outcome)
    assert found["grants"]["notChecked"].split("; ") == [
        f"s3://{BUCKET}/<identity>/ (write): it is refused, and a Deny statement may cover it (short session)",
        f"objects in s3://{BUCKET}/office/*: it is under a condition on aws:sourceip (short session)", "table others: it is in eu-west-1 (short session)",
        f"reading table {TABLE}: without dynamodb:GetItem it cannot be tried harmlessly (long session)"]
    assert found["isolation"]["notChecked"] == f"table {TABLE} (read): it is refused, and other statements may allow dynamodb:Scan there (long session)"


def test_without_a_proxy(system):
    """Its one session is tried too."""
    file, bucket, s3 = "examples/s3-isolation.yaml", "s3-isolation-data", system.account.client("s3")
    system.cogstack.apply(file)
    s3.create_bucket(Bucket=bucket)
    try:
        outcome = system.cogstack.run("verify", file, "--json", "--strict")
    finally:
        s3.delete_bucket(Bucket=bucket)
        system.cogstack.run("destroy", file, "--yes")
    found = links(outcome)
    # What the stack has not is not left unchecked.
    assert outcome.json["complete"]
    assert [each["outcome"] for each in found.values()] == ["holds"] * 7 + ["absent"] + ["holds"] * 3
    assert found["grants"]["seen"] == f"s3://{bucket}/home/<identity>/ (list, read, write), s3://{bucket}/shared/ (list, read)"
    assert found["isolation"]["seen"] == f"refused s3://{bucket}/home/<another>/ (list, read, write)"


# What passes


def test_a_change_that_aws_has_not_spread_yet_is_waited_for(system):
    restore = without_roles(system)
    done = []

    def mend(request, answer):
        if request.operation == "GetCredentialsForIdentity" and not done:
            done.append(restore())

    system.layer.after = mend
    outcome = verify(system)
    assert "Invalid identity pool configuration" in outcome.err and len(done) == 1


# Nothing is left behind


def killed_at(system, operation, when):
    """Kills a run at a request; returns the name of its user, which is left."""
    process = None

    def kill(request, answer=None):
        if request.operation == operation:
            setattr(system.layer, when, None)
            process.kill()
            process.wait()
            raise Dropped

    setattr(system.layer, when, kill)
    process = system.cogstack.start("verify", PROD)
    assert process.wait(timeout=30) == -signal.SIGKILL
    process.communicate()
    users, _ = left_behind(system)
    [name] = users - {"ann", "ben"}
    assert name.startswith("cogstack-verify-")
    return name


@pytest.mark.parametrize("operation, when", [
    ("AdminCreateUser", "after"), ("GetId", "after"), ("Invoke", "before"), ("DeleteIdentities", "after"), ("AdminDeleteUser", "before")])
def test_the_next_run_cleans_up_after_a_kill(system, operation, when):
    name = killed_at(system, operation, when)
    assert links(verify(system, "--json"))["leftovers"]["seen"] == f"removed {name}"


def traces(system):
    return system.cogstack.folder / ".cogstack" / "prod" / "verify.json"


def an_hour_later(request, answer):
    """For the users' ages."""
    if request.operation == "ListUsers":
        listed = answer.json
        for user in listed["Users"]:
            user["UserCreateDate"] -= 3600
        answer.replace(listed)


@pytest.mark.parametrize("operation", ["AdminSetUserPassword", "GetId", "Invoke"])
def test_a_run_elsewhere_cleans_up_after_a_kill(system, operation):
    """Without what the killed one wrote down: the identity too."""
    name = killed_at(system, operation, "after")
    assert len(left_behind(system)[1]) == (operation != "AdminSetUserPassword")
    traces(system).unlink()
    assert links(verify(system, "--json"))["leftovers"]["seen"] == "nothing was left"
    system.layer.after = an_hour_later
    assert links(verify(system, "--json"))["leftovers"]["seen"] == f"removed {name}"


def test_what_a_killed_run_wrote_down_is_damaged(system):
    name = killed_at(system, "GetId", "after")
    whole = traces(system).read_bytes()
    traces(system).write_bytes(whole[:-9])
    system.layer.clear()
    outcome = verify(system, "--json", status=1)
    [leftovers] = outcome.json["links"]
    assert leftovers["error"] == "the file .cogstack/prod/verify.json is damaged: it is not JSON" and "older than 15 minutes" in leftovers["help"]
    assert traces(system).read_bytes() == whole[:-9]
    assert {request.operation for request in system.layer.requests} == {"GetCallerIdentity"}
    # As it says.
    traces(system).unlink()
    system.layer.after = an_hour_later
    assert links(verify(system, "--json"))["leftovers"]["seen"] == f"removed {name}"


def test_an_interrupted_run_removes_what_it_made(system):
    process = None

    def interrupt(request):
        if request.operation == "Invoke":
            os.kill(process.pid, signal.SIGINT)

    system.layer.before = interrupt
    process = system.cogstack.start("verify", PROD)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 130 and "remove user and identity: nothing is left" in out.decode() and "✗" not in out.decode(), out.decode()
    process = system.cogstack.start("verify", PROD, "--json")
    found = json.loads(process.communicate(timeout=30)[0])
    assert process.returncode == 130 and (found["works"], found["complete"], found["interrupted"]) == (False, False, True), found


def test_other_peoples_users_stay(system):
    """Also one that a run on another machine made just now."""
    idp, name = system.account.client("cognito-idp"), "cogstack-verify-elsewhere"
    idp.admin_create_user(UserPoolId=system.pool, Username=name, MessageAction="SUPPRESS", TemporaryPassword=PASSWORD)
    try:
        verify(system)
        assert left_behind(system)[0] == {"ann", "ben", name}
    finally:
        idp.admin_delete_user(UserPoolId=system.pool, Username=name)


def test_what_is_left_is_said(system):
    system.layer.fail("AdminDeleteUser", mode="500", times=3)
    found = links(verify(system, "--json"))
    assert found["removal"]["outcome"] == "warned" and "still there" in found["removal"]["help"]
    assert "removed cogstack-verify-" in links(verify(system, "--json"))["leftovers"]["seen"]


def test_an_identity_that_may_not_be_deleted(system):
    """The user goes all the same, and the next run that may deletes it."""
    def refuse(request):
        if request.operation == "DeleteIdentities":
            raise Refused("AccessDeniedException", "not authorized to perform: cognito-identity:DeleteIdentities")

    system.layer.before = refuse
    found = links(verify(system, "--json"))
    users, [identity] = left_behind(system)
    assert users == {"ann", "ben"} and identity == found["identity"]["seen"]
    assert found["removal"]["outcome"] == "warned" and found["removal"]["help"].startswith(f"The identity {identity} is still there.")
    # It stops nothing, and breaks nothing: what is left grows by one, and each is named.
    again = links(verify(system, "--json"))
    assert list(again) == LINKS and again["leftovers"]["outcome"] == "warned" and identity in again["leftovers"]["help"]
    system.layer.before = None
    assert "removed cogstack-verify-" in links(verify(system, "--json"))["leftovers"]["seen"]
