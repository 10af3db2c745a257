"""What the kill matrix and the random runs share: one account and one folder for runs that go wrong, and what must be so after
each of them.
"""

import json
import re
import stat
import tempfile
import threading
from pathlib import Path

from botocore.exceptions import ClientError

from cogstack import Cogstack
from conftest import ROOT
from state_file import read_state
from strict import StrictLayer

PATIENCE = 300  # seconds for one run, on a machine that has other things to do


class Layer(StrictLayer):
    """A strict layer for one account, which knows what is under way and every secret that it has handed out."""

    def __init__(self, endpoint, account, **settings):
        super().__init__(endpoint, **settings)
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


class Bench:
    """An account, a folder and a strict layer between them."""

    stack = "dev"

    def __init__(self, endpoint, binary, **settings):
        """settings: the strict layer's."""
        self.endpoint, self.binary, self.settings = endpoint, binary, settings

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="cogstack-bench-")
        self.account = self.endpoint.account()
        self.layer = Layer(self.endpoint, self.account, **self.settings).__enter__()
        self.cogstack = Cogstack(self.binary, ROOT, Path(self._folder.name), self.account, self.layer)
        return self

    def __exit__(self, *_):
        self.layer.__exit__()
        self.account.close()
        self._folder.cleanup()

    @property
    def state(self):
        return self.cogstack.folder / ".cogstack" / self.stack / "state.json"

    @property
    def journal(self):
        return self.state.with_name("journal")

    def run_and_kill(self, command, nth, when, statuses=(0,)):
        """The operation at which the run was killed, before or after its nth request; None where it was over before, with one
        of `statuses`."""
        started = threading.Event()
        struck = []

        def act(request):
            started.wait()
            struck.append(request.operation)
            program.kill()
            program.wait()

        self.layer.at(nth, when, act)
        program = self.cogstack.start(*command)
        started.set()
        out, err = program.communicate(timeout=PATIENCE)
        self.cogstack.written += [out, err]
        self.layer.wait_until_idle()
        died_at = struck[0] if program.returncode < 0 else None
        assert died_at or program.returncode in statuses, f"exit {program.returncode}\n{err.decode()}"
        return died_at

    # What must be so

    def live_inventory(self):
        """What the account holds, once Lambda has finished what it was told before the kill."""
        functions = self.account.client("lambda")
        for function in functions.list_functions()["Functions"]:
            for status in ("function_active_v2", "function_updated_v2"):
                functions.get_waiter(status).wait(FunctionName=function["FunctionName"], WaiterConfig={"Delay": 0.1})
        return self.account.inventory()

    def inventory(self):
        return portable(self.live_inventory(), self.account.id)

    def resources(self):
        return read_state(self.state)["resources"] if self.state.exists() else {}

    def state_serial(self):
        """The state's serial, once the state was found whole and free of secrets. 0 where there is none."""
        for path in (self.cogstack.folder / ".cogstack").rglob("*"):
            assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
        written = self.cogstack.everything_written()
        assert not [secret for secret in self.layer.secrets if secret in written], "a secret was written"
        if self.journal.exists():
            for line in self.journal.read_bytes().split(b"\n")[:-1]:  # what follows the last newline is torn
                json.loads(line)
        if not self.state.exists():
            return 0
        snapshot = read_state(self.state)
        assert (snapshot["stack"], snapshot["account"]) == (self.stack, self.account.id)
        self.cogstack.run("state", "show", snapshot["file"], "--check")
        return snapshot["serial"]

    def check_journal_is_settled(self):
        """A journal in which every intent is over may stay: the next run that changes something empties it."""
        lines = [json.loads(line) for line in self.journal.read_bytes().split(b"\n")[:-1]] if self.journal.exists() else []
        over = {line["end"] for line in lines if "end" in line}
        assert not [line for line in lines if "begin" in line and line["begin"] not in over], "the journal still has something to say"

    def check_plan_is_empty(self, file):
        plan = self.cogstack.run("plan", file, "--json", within=PATIENCE).json
        assert plan["changes"] == [], plan["changes"]

    def check_keys(self, inventory):
        """Every key is one that a function has, and is accepted with the secret that the function has; there is no other, nor
        another in a secret or a parameter. inventory: what the account holds."""
        keys = [(key["AccessKeyId"], key["Status"]) for user in inventory["users"] for key in user.get("keys", [])]
        variables = {name: value for function in inventory["functions"]
                     for name, value in function.get("Environment", {}).get("Variables", {}).items()}
        pairs = [(variables[name], variables[name.replace("ACCESS_KEY_ID", "SECRET_ACCESS_KEY")])
                 for name in variables if name.endswith("ACCESS_KEY_ID")]
        assert pairs and sorted(keys) == sorted((key_id, "Active") for key_id, _ in pairs), (keys, [key_id for key_id, _ in pairs])
        for place in inventory["secrets"] + inventory["parameters"]:
            held = json.loads(place["value"])
            assert (held["AccessKeyId"], held["SecretAccessKey"]) in pairs, f"{place['Name']} has another key"
        for key_id, secret in pairs:
            sts = self.account._client("sts", self.account.url, key_id, secret)
            try:
                sts.get_caller_identity()
            except ClientError as error:
                raise AssertionError(f"the function's key {key_id} is not accepted: {error}") from None
            finally:
                sts.close()


def portable(inventory, account_id):
    """An inventory without what differs from account to account: ids that AWS chooses, and the secrets that come with them."""
    names = {account_id: "<account>"}
    for pool in inventory["userPools"]:
        names[pool["Id"]] = f"<id of {pool['Name']}>"
        for client in pool.get("clients", []):
            names[client["ClientId"]] = f"<id of {client['ClientName']}>"
            if "ClientSecret" in client:
                names[client["ClientSecret"]] = f"<secret of {client['ClientName']}>"
        for kind, key in (("branding", "ManagedLoginBrandingId"), ("terms", "TermsId"), ("clientSecrets", "ClientSecretId")):
            names |= {each[key]: f"<{kind} {each.get('TermsName', '')} of {each['ClientId']}>" for each in pool.get(kind, [])}
    for pool in inventory["identityPools"]:
        names[pool["IdentityPoolId"]] = f"<id of {pool['IdentityPoolName']}>"
    for role in inventory["roles"]:
        names[role["RoleId"]] = f"<id of {role['RoleName']}>"
    for user in inventory["users"]:
        names[user["UserId"]] = f"<id of {user['UserName']}>"
        for key in user.get("keys", []):
            names[key["AccessKeyId"]] = f"<key of {user['UserName']}>"
    for function in inventory["functions"]:
        variables = function.get("Environment", {}).get("Variables", {})
        names |= {value: f"<{name}>" for name, value in variables.items() if name.endswith("SECRET_ACCESS_KEY")}
    for secret in inventory["secrets"]:
        names[secret["ARN"]] = f"<ARN of {secret['Name']}>"
    text = json.dumps(inventory, sort_keys=True, default=str)
    for value in sorted(names, key=len, reverse=True):
        text = text.replace(json.dumps(value)[1:-1], names[value])
    return _in_order(json.loads(text))


def _in_order(value):
    """Lists in an order that comes from no id."""
    if isinstance(value, dict):
        return {key: _in_order(member) for key, member in value.items()}
    if isinstance(value, list):
        return sorted((_in_order(element) for element in value), key=repr)
    return value


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
