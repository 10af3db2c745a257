"""A local AWS-compatible endpoint for tests and for the tour, on 127.0.0.1 alone, and accounts in it.

As a program it runs an endpoint until it is stopped, and writes the environment of an administrator to a file:

    endpoint.py ENVIRONMENT_FILE
"""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from inventory import account_inventory
from keeping import forget, is_kept

ADMIN = "endpoint-admin"
REGION = "us-east-1"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _end_with_parent():
    """No server stays behind where a test run is killed: Linux ends this process with its parent."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


class Endpoint:
    """ministack as a process of its own. `with Endpoint() as endpoint:` starts it and stops it."""

    def __init__(self, functions_call=None):
        """functions_call: the address under which Lambda functions see AWS, where it is not this endpoint's own."""
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.functions_call = functions_call
        self.process = None
        self.folder = None
        self._numbers = count(1)

    def start(self, patience=20.0):
        forget(f"127.0.0.1:{self.port}")
        self.folder = Path(tempfile.mkdtemp(prefix="cogstack-endpoint-"))
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "MINISTACK_"))}
        environment |= {
            "AUTH": "true",  # signatures are verified and IAM policies evaluated, as on AWS
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "IOT_MTLS_ENABLED": "0",
            "MINISTACK_HOST": "127.0.0.1",  # otherwise it takes iam.localhost for a bucket named iam
            "STATE_DIR": str(self.folder / "state"),
            "S3_DATA_DIR": str(self.folder / "s3"),
            "TMPDIR": str(self.folder),
            "LOG_LEVEL": "WARNING",
        }
        if self.functions_call:
            environment["AWS_ENDPOINT_URL"] = self.functions_call
        self.log = self.folder / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ministack"], cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True, preexec_fn=_end_with_parent)
        end = time.monotonic() + patience
        while not self._is_healthy():
            if self.process.poll() is not None or time.monotonic() > end:
                tail = self.log.read_text(errors="replace")[-2000:]
                self.stop()
                raise RuntimeError(f"the local endpoint did not start on {self.url}:\n{tail}")
            time.sleep(0.05)
        return self

    def _is_healthy(self):
        try:
            with urllib.request.urlopen(self.url + "/_ministack/health", timeout=1) as answer:
                return answer.status == 200
        except OSError:
            return False

    def stop(self):
        """Ends the process that `start` began, and the workers that it began for Lambda functions."""
        if self.process:
            for number in (signal.SIGTERM, signal.SIGKILL):
                try:
                    os.killpg(self.process.pid, number)  # its own session, so its own process group
                except ProcessLookupError:
                    break
                try:
                    self.process.wait(timeout=5)
                except subprocess.TimeoutExpired:
                    continue
            self.process = None
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def reset(self):
        """Empties all accounts; administrators are gone too."""
        forget(f"127.0.0.1:{self.port}")
        request = urllib.request.Request(self.url + "/_ministack/reset", method="POST")
        urllib.request.urlopen(request, timeout=10).close()

    def account(self, account_id=None, region=REGION):
        """An account with nothing in it but an administrator."""
        return Account(self.url, account_id or f"{200000000000 + next(self._numbers)}", region)


_session = boto3.session.Session()
_creating = threading.Lock()  # boto3's sessions are not thread-safe, its clients are


def create_client(service, url, region, key=None, secret=None, token=None, **config):
    """A boto3 client. All come from one session, which reads each service's model once; in a session of its own a client costs 0.1 to
    0.2 s of CPU instead of less than 0.01 s. A user agent that is given is not put together again for each request, which takes a
    tenth of a request's CPU."""
    with _creating:
        return _session.client(
            service, endpoint_url=url, region_name=region, aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token,
            config=Config(user_agent="boto3", **config))


class Account:
    """Twelve digits, and an administrator's access key. Signatures made with it are verified."""

    def __init__(self, url, account_id, region):
        self.url, self.id, self.region = url, account_id, region
        root = self._client("iam", url, account_id, "test")
        root.create_user(UserName=ADMIN)
        root.put_user_policy(
            UserName=ADMIN, PolicyName="everything",
            PolicyDocument='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}')
        key = root.create_access_key(UserName=ADMIN)["AccessKey"]
        root.close()
        self.access_key_id, self.secret_access_key = key["AccessKeyId"], key["SecretAccessKey"]
        self._clients = {}

    def close(self):
        """Closes the connections of its clients; without that they stay until the garbage collector finds them."""
        for client in self._clients.values():
            client.close()

    def client(self, service, url=None, **config):
        """A boto3 client of the administrator, at the endpoint itself or at a server in front of it."""
        key = (service, url, tuple(sorted(config.items())))
        if key not in self._clients:
            self._clients[key] = self._client(
                service, url or self.url, self.access_key_id, self.secret_access_key, **config)
        return self._clients[key]

    def _client(self, service, url, key, secret, **config):
        return create_client(
            service, url, self.region, key, secret, **({"retries": {"total_max_attempts": 1}, "s3": {"addressing_style": "path"}} | config))

    def environment(self, url=None):
        """What a program needs in its environment to work as the administrator."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
            "AWS_ENDPOINT_URL": url or self.url,
            "AWS_REGION": self.region,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def inventory(self):
        """Everything that the account holds, but for its administrator."""
        from strict import reader_of  # which imports this module

        layer, address = reader_of(self.url), urlsplit(self.url).netloc
        found = account_inventory(
            self.client, lambda service: self.client(service, layer.url), lambda *ids: is_kept(address, *ids), besides_user=ADMIN)
        layer.clear()
        return found

    def is_empty(self):
        return not any(self.inventory().values())


def main(path):
    with Endpoint() as endpoint:
        lines = [f"export {name}='{value}'" for name, value in endpoint.account("123456789012").environment().items()]
        temporary = Path(path + ".new")
        temporary.touch(mode=0o600)
        temporary.write_text("\n".join(lines) + "\n")
        temporary.rename(path)
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        stopped.wait()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
