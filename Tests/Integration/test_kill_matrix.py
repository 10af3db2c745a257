"""Killed at any request, a run loses nothing: the next one converges.

For every request of a run there are two points: SIGKILL before the endpoint has seen it, and SIGKILL after the endpoint has
carried it out and before the answer is there. Each point has an account and a folder of its own. After the kill the state must
be whole, and after one more run the account must hold exactly what a run that was never killed leaves.

A spread sample of the points is run by default, all of them with KILL_MATRIX=all (see Tests/kill-matrix).
"""

import json
import os
import re
import stat
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from cogstack import Cogstack
from conftest import ROOT
from strict import StrictLayer

WHOLE = os.environ.get("KILL_MATRIX") == "all"
WORKERS = int(os.environ.get("KILL_MATRIX_WORKERS", "2"))
PATIENCE = 300  # seconds for one run, on a machine that has other things to do
STACK = "stacks/dev.yaml"
FUNCTION = "dev-credential-proxy"

# The key's secret in all the places to which it can go, added to the stack.
PLACES = """
secrets:
  proxy-key:
    keyValuePairs: { AccessKeyId: $(accessKeys.proxy.id), SecretAccessKey: $(accessKeys.proxy.secret) }
ssmParameters:
  proxy-key:
    keyValuePairs: { AccessKeyId: $(accessKeys.proxy.id), SecretAccessKey: $(accessKeys.proxy.secret) }
"""

UPDATED = """
tags: { system: cognito-auth, environment: dev, season: spring }
userPools:
  users:
    mfaConfiguration: OPTIONAL
    softwareTokenMfaConfiguration: { enabled: true }
    passwordPolicy: { minimumLength: 10, requireSymbols: true }
appClients:
  cli:
    explicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH, ALLOW_REFRESH_TOKEN_AUTH]
    refreshTokenValidity: 2
identityPools:
  identities:
    allowUnauthenticatedIdentities: true
    roles: { authenticated: authenticated, unauthenticated: authenticated }
roles:
  authenticated:
    grants: [{ cognitoIdentity: credentials }]
    inlinePolicies:
      look: { Version: "2012-10-17", Statement: [{ Effect: Allow, Action: "s3:ListAllMyBuckets", Resource: "*" }] }
  long-lived:
    description: Users of the credential proxy, for longer
    maxSessionDuration: 12h
    trust: [{ iamUser: proxy, tagSession: true, requestedRegions: [us-east-1, eu-west-1] }]
    grants:
      - s3: { bucket: other-data, access: read }
    managedPolicies: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]
  proxy-execution:
    managedPolicies: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]
iamUsers:
  proxy:
    inlinePolicies:
      who: { Version: "2012-10-17", Statement: [{ Effect: Allow, Action: "sts:GetCallerIdentity", Resource: "*" }] }
lambdaFunctions:
  credential-proxy:
    timeout: 20
    code: ../examples/changed
    logRetentionDays: 14
    environment: { MAX_SESSION_SECONDS: "43200" }
secrets:
  proxy-key:
    description: The key of the proxy's user
    keyValuePairs: { note: added }
ssmParameters:
  proxy-key: { description: The key of the proxy's user }
"""

REPLACED = """
appClients:
  cli: { generateSecret: true }
roles:
  long-lived: { name: dev-renamed }
  proxy-execution: { name: dev-execution-renamed }
iamUsers:
  proxy: { path: /service/ }
secrets:
  proxy-key: { name: dev-renamed }
ssmParameters:
  proxy-key: { tier: Advanced }
"""


def tamper(cogstack):
    """Somebody writes another secret into the function by hand: the right one is lost, so that the key must be a new one."""
    functions = cogstack.account.client("lambda")
    variables = functions.get_function_configuration(FunctionName=FUNCTION)["Environment"]["Variables"]
    variables["IAM_USER_SECRET_ACCESS_KEY"] = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    functions.update_function_configuration(FunctionName=FUNCTION, Environment={"Variables": variables})
    functions.get_waiter("function_updated_v2").wait(FunctionName=FUNCTION, WaiterConfig={"Delay": 0.1})


@dataclass(frozen=True)
class Scenario:
    name: str
    file: str = STACK
    starts_deployed: bool = True
    before: object = None  # done to the account, once it is deployed
    killed: str = "apply"
    healed: str = "apply"

    def prepare(self, cogstack):
        (cogstack.folder / "examples" / "changed").mkdir()
        (cogstack.folder / "examples" / "changed" / "lambda_function.py").write_text("def lambda_handler(event, context): return 1\n")
        with (cogstack.folder / STACK).open("a") as stack:
            stack.write(PLACES)
        for file, text in (("updated", UPDATED), ("replaced", REPLACED)):
            (cogstack.folder / "stacks" / f"{file}.yaml").write_text(f"stack: dev\nextends: dev.yaml\n{text}")
        if self.starts_deployed:
            cogstack.run("apply", STACK, "--yes", within=PATIENCE)
        if self.before:
            self.before(cogstack)


SCENARIOS = {scenario.name: scenario for scenario in (
    Scenario("create", starts_deployed=False),
    Scenario("create, then destroy", starts_deployed=False, healed="destroy"),
    Scenario("update", "stacks/updated.yaml"),
    Scenario("replace", "stacks/replaced.yaml"),
    Scenario("rotate", before=tamper),
    Scenario("destroy", killed="destroy", healed="destroy"),
)}


class Layer(StrictLayer):
    """A strict layer for one account, which knows what is under way and every secret that it has handed out."""

    def __init__(self, endpoint, account):
        super().__init__(endpoint)
        self._account, self._under_way, self._idle = account, 0, threading.Condition()
        self.secrets = {account.secret_access_key.encode()}

    def client(self, request, service):
        return self._account.client(service)

    def account(self, request):
        return self._account.id

    def answer(self, request):
        with self._idle:
            self._under_way += 1
        try:
            return super().answer(request)
        finally:
            with self._idle:
                self._under_way -= 1
                self._idle.notify_all()

    def _forward(self, request):
        answer = super()._forward(request)
        self.secrets |= set(re.findall(rb"<SecretAccessKey>([^<]+)<", answer.body))
        self.secrets |= set(re.findall(rb'"ClientSecret": ?"([^"]+)"', answer.body))
        return answer

    def wait_until_idle(self):
        with self._idle:
            assert self._idle.wait_for(lambda: self._under_way == 0, timeout=30)


class Trial:
    """One account, one folder, one run that is killed or not, and the run that heals."""

    def __init__(self, scenario, endpoint, binary, parallelism):
        self.scenario, self.endpoint, self.binary, self.parallelism = scenario, endpoint, binary, parallelism

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="kill-matrix-")
        self.account = self.endpoint.account()
        self.layer = Layer(self.endpoint, self.account).__enter__()
        self.cogstack = Cogstack(self.binary, ROOT, Path(self._folder.name), self.account, self.layer)
        self.scenario.prepare(self.cogstack)
        self.layer.clear()
        self.serial = self.state_serial()
        return self

    def __exit__(self, *_):
        self.layer.__exit__()
        self._folder.cleanup()

    def command(self, name):
        return [name, self.scenario.file, "--yes", *(["--parallelism", str(self.parallelism)] if self.parallelism else [])]

    def kill(self, nth, when):
        """Whether the run came to its nth request, and died there."""
        started = threading.Event()

        def act(request):
            started.wait()
            program.kill()
            program.wait()

        self.layer.at(nth, when, act)
        program = self.cogstack.start(*self.command(self.scenario.killed))
        started.set()
        out, err = program.communicate(timeout=PATIENCE)
        self.cogstack.written += [out, err]
        self.layer.wait_until_idle()
        died_at = self.layer.operations()[nth - 1] if program.returncode < 0 else None
        self.layer.clear()
        assert died_at or program.returncode == 0, err.decode()
        return died_at

    def heal(self):
        self.cogstack.run(*self.command(self.scenario.healed), within=PATIENCE)

    # What must be so

    def inventory(self):
        """What the account holds, once Lambda has finished what it was told before the kill."""
        functions = self.account.client("lambda")
        for function in functions.list_functions()["Functions"]:
            for status in ("function_active_v2", "function_updated_v2"):
                functions.get_waiter(status).wait(FunctionName=function["FunctionName"], WaiterConfig={"Delay": 0.1})
        return portable(self.account.inventory(), self.account.id)

    def state_serial(self):
        """The state's serial, once the state was found whole and free of secrets. 0 where there is none."""
        folder = self.cogstack.folder / ".cogstack"
        for path in folder.rglob("*"):
            assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
        written = self.cogstack.everything_written()
        assert not [secret for secret in self.layer.secrets if secret in written], "a secret was written"
        journal, state = folder / "dev" / "journal", folder / "dev" / "state.json"
        if journal.exists():
            for line in journal.read_bytes().split(b"\n")[:-1]:  # what follows the last newline is torn
                json.loads(line)
        if not state.exists():
            return 0
        snapshot = json.loads(state.read_text())
        assert (snapshot["stack"], snapshot["account"]) == ("dev", self.account.id)
        resources = snapshot["resources"]
        for address, record in resources.items():
            wanted = {*record["dependsOn"], *re.findall(r"\$\((\w+\.[\w-]+)\.\w+\)", json.dumps(record["attributes"]))}
            assert wanted <= resources.keys(), f"{address} refers to {wanted - resources.keys()}, which the state does not have"
        return snapshot["serial"]

    def open_intents(self):
        journal = self.cogstack.folder / ".cogstack" / "dev" / "journal"
        lines = [json.loads(line) for line in journal.read_bytes().split(b"\n")[:-1]] if journal.exists() else []
        over = {line["end"] for line in lines if "end" in line}
        return [line["intent"] for line in lines if "begin" in line and line["begin"] not in over]

    def check_state_after_kill(self):
        serial = self.state_serial()
        assert serial >= self.serial
        self.serial = serial

    def check_convergence(self, expected):
        serial = self.state_serial()
        assert serial >= self.serial
        assert self.open_intents() == [], "the journal still has something to say"
        found = self.inventory()
        if found != expected:
            raise AssertionError(first_difference(expected, found))
        if self.scenario.healed == "apply":
            self.check_keys()
            plan = self.cogstack.run("plan", self.scenario.file, "--json", within=PATIENCE).json
            assert plan["changes"] == [], plan["changes"]
        else:
            resources = json.loads((self.cogstack.folder / ".cogstack" / "dev" / "state.json").read_text())["resources"] if serial else {}
            assert resources == {}

    def check_keys(self):
        """The only key is the one that the function and all other places have, and it is accepted with the secret there."""
        inventory = self.account.inventory()
        keys = [key for user in inventory["users"] for key in user["keys"]]
        variables = self.account.client("lambda").get_function_configuration(FunctionName=FUNCTION)["Environment"]["Variables"]
        key_id, secret = variables["IAM_USER_ACCESS_KEY_ID"], variables["IAM_USER_SECRET_ACCESS_KEY"]
        assert [(key["AccessKeyId"], key["Status"]) for key in keys] == [(key_id, "Active")]
        for place in inventory["secrets"] + inventory["parameters"]:
            assert {"AccessKeyId": key_id, "SecretAccessKey": secret}.items() <= json.loads(place["value"]).items(), place["Name"]
        try:
            self.account._client("sts", self.account.url, key_id, secret).get_caller_identity()
        except ClientError as error:
            raise AssertionError(f"the function's key is not accepted: {error}") from None


def portable(inventory, account_id):
    """An inventory without what differs from account to account: ids that AWS chooses, and the secrets that come with them."""
    names = {account_id: "<account>"}
    for pool in inventory["userPools"]:
        names[pool["Id"]] = f"<id of {pool['Name']}>"
        for client in pool["clients"]:
            names[client["ClientId"]] = f"<id of {client['ClientName']}>"
            if "ClientSecret" in client:
                names[client["ClientSecret"]] = f"<secret of {client['ClientName']}>"
    for pool in inventory["identityPools"]:
        names[pool["IdentityPoolId"]] = f"<id of {pool['IdentityPoolName']}>"
    for role in inventory["roles"]:
        names[role["RoleId"]] = f"<id of {role['RoleName']}>"
    for user in inventory["users"]:
        names[user["UserId"]] = f"<id of {user['UserName']}>"
        for key in user["keys"]:
            names[key["AccessKeyId"]] = f"<key of {user['UserName']}>"
    for function in inventory["functions"]:
        variables = function.get("Environment", {}).get("Variables", {})
        if "IAM_USER_SECRET_ACCESS_KEY" in variables:
            names[variables["IAM_USER_SECRET_ACCESS_KEY"]] = "<secret>"
    for secret in inventory["secrets"]:
        names[secret["ARN"]] = f"<ARN of {secret['Name']}>"
    text = json.dumps(inventory, sort_keys=True, default=str)
    for value in sorted(names, key=len, reverse=True):
        text = text.replace(json.dumps(value)[1:-1], names[value])
    return json.loads(text)


def first_difference(expected, found, path=""):
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in sorted(expected.keys() | found.keys()):
            if expected.get(key) != found.get(key):
                return first_difference(expected.get(key), found.get(key), f"{path}.{key}")
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for index, (one, other) in enumerate(zip(expected, found)):
            if one != other:
                return first_difference(one, other, f"{path}[{index}]")
    return f"{path} should be {expected} and is {found}"


def reference(scenario, endpoint, binary, parallelism):
    """What a run that is not killed leaves, and the requests that it takes."""
    with Trial(scenario, endpoint, binary, parallelism) as trial:
        before = trial.inventory()
        trial.cogstack.run(*trial.command(scenario.killed), within=PATIENCE)
        operations = [request.operation for request in trial.layer.requests]
        if scenario.healed != scenario.killed:
            trial.heal()
        expected = trial.inventory()
        trial.check_convergence(expected)
        if scenario.healed == "destroy":
            assert trial.account.is_empty()
        elif scenario.name != "rotate":
            assert expected != before
        return expected, operations


def points(operations, every, offset):
    """Every point, or one in so many, and those at which something comes to be that neither a name nor a tag tells."""
    numbers = range(1, len(operations) + 1)
    all_points = [(nth, when) for nth in numbers for when in ("before", "after")]
    hardest = [(nth, "after") for nth in numbers if operations[nth - 1] in ("CreateAccessKey", "CreateUserPoolClient")]
    return sorted({*all_points[offset % every::every], *hardest})


def run_point(scenario, endpoint, binary, parallelism, expected, point):
    """None where the run was over before, else "converged" or what went wrong."""
    nth, when = point
    where = f"{when} request {nth}"
    try:
        with Trial(scenario, endpoint, binary, parallelism) as trial:
            operation = trial.kill(nth, when)
            if operation is None:
                return None
            where += f", {operation}"
            trial.check_state_after_kill()
            trial.heal()
            trial.check_convergence(expected)
            return "converged"
    except Exception as problem:  # one point's failure must not hide the others
        return f"{scenario.name}, killed {where}: {type(problem).__name__}: {problem}"


@pytest.mark.parametrize("parallelism", [1, None], ids=["one by one", "side by side"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_killed_at_any_request(name, parallelism, endpoint, binary, capsys):
    scenario = SCENARIOS[name]
    start = time.monotonic()
    expected, operations = reference(scenario, endpoint, binary, parallelism)
    # An odd step takes "before" and "after" in turn.
    every = (1 if parallelism else 5) if WHOLE else (15 if parallelism else 41)
    with ThreadPoolExecutor(WORKERS) as pool:
        chosen = points(operations, every, list(SCENARIOS).index(name) * 4)
        results = list(pool.map(lambda point: run_point(scenario, endpoint, binary, parallelism, expected, point), chosen))
    reached = [result for result in results if result]
    problems = [result for result in reached if result != "converged"]
    with capsys.disabled():
        print(
            f"\n{name}, {'one by one' if parallelism else 'side by side'}: {len(operations)} requests, {len(reached)} points, "
            f"{len(reached) - len(problems)} converged ({time.monotonic() - start:.0f} s)", flush=True)
        for problem in problems:
            print("  " + problem[:int(os.environ.get("KILL_MATRIX_WIDTH", "2000"))], flush=True)
    assert reached and not problems, f"{len(problems)} of {len(reached)} points did not converge"
