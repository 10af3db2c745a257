"""Whether a request is one that AWS's own models know, those that botocore carries: names, types, limits, patterns, enumerations, URI
and headers.

    operation, problems = check(method, path, headers, body)
    ("lambda:CreateFunction", ["Probe: no such member"])

A request is read back to the members of its operation's input (`_read_json`, `_read_query`, `_read_rest`), and these are held against
the input's shape (`_faults`). What cannot be read or judged is a problem too: nothing is passed over.
"""

import base64
import binascii
import json
import re
import sys
import threading
import unicodedata
from collections import defaultdict
from datetime import datetime
from functools import cache
from itertools import groupby
from operator import itemgetter
from urllib.parse import parse_qsl, unquote

import botocore.exceptions
import botocore.session

# Those that the program calls, by the names that signatures use.
SERVICES = ("cognito-idp", "cognito-identity", "dynamodb", "iam", "lambda", "logs", "s3", "secretsmanager", "ssm", "sts", "tagging", "wafv2")
MODELS = {"tagging": "resourcegroupstaggingapi"}  # those that botocore calls otherwise

# What AWS takes, and its model does not: (operation, member, rule) and why.
_PREFIX = r"does not match ^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$"
ALLOWED = {
    # The pattern is a prefix's; a custom domain, which the documentation calls a fully-qualified name, has dots.
    (f"cognito-idp:{operation}UserPoolDomain", "Domain", _PREFIX) for operation in ("Create", "Describe", "Update", "Delete")}

# Headers that belong to HTTP, to the signature or to the protocol, and to no member.
_COMMON_HEADERS = {
    "accept", "accept-encoding", "accept-language", "authorization", "connection", "content-length", "content-type", "host", "user-agent",
    "x-amz-content-sha256", "x-amz-date", "x-amz-security-token",
}
_ENCODED = re.compile(r"(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*")


class _Unreadable(Exception):
    """Why a request's members cannot be told."""


def check(method, path, headers, body):
    """The operation, as service:Operation, and what is wrong with the request, each as "member: rule". headers: names in lower case."""
    try:
        service = _service(method, headers, body)
        route, _, query = path.partition("?")
        operation, problems, members = _READERS[service.metadata["protocol"]](service, method, route, query, headers, body)
    except _Unreadable as reason:
        return f"{method} {path}", [str(reason)]
    name = f"{service.service_name}:{operation.name}"
    if "authorization" not in headers and operation.auth_type != "none":
        problems.append("authorization: the operation takes no unsigned request")
    if operation.input_shape:
        problems += [f"{place}: {rule}" for place, rule in _faults(operation.input_shape, members, "")]
    elif members:
        problems += [f"{member}: no such member" for member in members]
    return name, [problem for problem in problems if (name, *problem.split(": ", 1)) not in ALLOWED]


# The service


@cache
def _model(name):
    return botocore.session.Session().get_service_model(MODELS.get(name, name))


def service_id(name):
    """The service's name as variables and configuration files spell it: "Cognito Identity Provider"."""
    return _model(name).service_id


@cache
def _by_target():
    return {_model(name).metadata["targetPrefix"]: name for name in SERVICES if _model(name).metadata["protocol"] == "json"}


def _service(method, headers, body):
    """The one that the signature names; the target or the version where there is none."""
    scope = re.search(r"Credential=[^/]+/\d{8}/[^/]+/([^/]+)/aws4_request", headers.get("authorization", ""))
    if scope:
        name = scope[1]
    elif "x-amz-target" in headers:
        name = _by_target().get(headers["x-amz-target"].rpartition(".")[0])
    else:
        version = dict(parse_qsl(body.decode("utf-8", "replace"))).get("Version")
        name = next((name for name in ("iam", "sts") if _model(name).api_version == version), None)
    try:
        model = _model(name or "")
    except botocore.exceptions.UnknownServiceError:
        model = None
    if model is None or model.metadata["protocol"] not in _READERS:
        raise _Unreadable(f"{name or 'its service'}: no service that is known here")
    return model


def _operation(service, name):
    if name not in service.operation_names:
        raise _Unreadable(f"{service.service_name} has no operation {name}")
    return service.operation_model(name)


# Reading


def _read_json(service, method, route, query, headers, body):
    prefix, _, name = headers.get("x-amz-target", "").rpartition(".")
    operation = _operation(service, name)
    problems = _wrong_lines(method, route, query, headers, "x-amz-target")
    if prefix != service.metadata["targetPrefix"]:
        problems.append(f"x-amz-target: {prefix} is not {service.metadata['targetPrefix']}")
    problems += _wrong_type(headers, f"application/x-amz-json-{service.metadata['jsonVersion']}")
    return operation, problems, _json(body)


def _read_query(service, method, route, query, headers, body):
    problems = _wrong_lines(method, route, query, headers) + _wrong_type(headers, "application/x-www-form-urlencoded")
    fields = {}
    for field in body.decode("utf-8", "replace").split("&"):
        name, equals, value = field.partition("=")
        if not equals or not _ENCODED.fullmatch(name) or not _ENCODED.fullmatch(value):
            problems.append(f"{name}: not percent-encoded")
        name = unquote(name)
        if name in fields:
            problems.append(f"{name}: given twice")
        fields[name] = unquote(value)
    operation = _operation(service, fields.pop("Action", ""))
    if (version := fields.pop("Version", None)) != service.api_version:
        problems.append(f"Version: {version} is not {service.api_version}")
    tree = {}
    for name, value in fields.items():
        node = tree
        *above, last = name.split(".")
        for part in above:
            node = node.setdefault(part, {})
            if not isinstance(node, dict):
                raise _Unreadable(f"{name}: it is both a value and more than one")
        node[last] = value
    return operation, problems, _unflattened(operation.input_shape, tree)


def _unflattened(shape, tree):
    """A form's names as members: `Tags.member.1.Key`. What fits no shape is left as it is, to be found in the check."""
    if shape is None:
        return tree
    if isinstance(tree, str):
        return [] if shape.type_name == "list" and tree == "" else _typed(shape, tree)
    if shape.type_name == "structure":
        shapes = _wire_members(shape)
        return {name: _unflattened(shapes[name], below) if name in shapes else below for name, below in tree.items()}
    if shape.type_name == "list":
        items = tree.get("member")
        if set(tree) == {"member"} and isinstance(items, dict) and set(items) == {str(n + 1) for n in range(len(items))}:
            return [_unflattened(shape.member, items[str(n + 1)]) for n in range(len(items))]
    if shape.type_name == "map":
        entries = list(tree.get("entry", {}).values())
        if set(tree) == {"entry"} and all(set(entry) == {"key", "value"} for entry in entries):
            return {entry["key"]: _unflattened(shape.value, entry["value"]) for entry in entries}
    return tree


def _read_rest(service, method, route, query, headers, body):
    if not all(_ENCODED.fullmatch(part) for part in route.split("/")):
        raise _Unreadable(f"{route}: not percent-encoded")
    pairs = [pair.partition("=") for pair in query.split("&")] if query else []
    parameters = {}
    for name, _, value in pairs:
        parameters.setdefault(unquote(name), []).append(unquote(value))
    operation, labels, literal = _routed(service, method, route, parameters)
    problems = [f"{name}: not percent-encoded" for name, _, value in pairs if not (_ENCODED.fullmatch(name) and _ENCODED.fullmatch(value))]
    shape = operation.input_shape
    shapes = shape.members if shape else {}
    members = {name: _typed(shapes[name], unquote(text)) for name, text in labels.items()}
    known = set(_COMMON_HEADERS)
    for member, below in shapes.items():
        name = below.serialization.get("name", member)
        location = below.serialization.get("location")
        if location == "querystring" and name in parameters:
            texts = parameters.pop(name)
            if below.type_name == "list":
                members[member] = [_typed(below.member, text) for text in texts]
            else:
                members[member] = _typed(below, texts[0])
                problems += [f"{member}: given twice"] * (len(texts) > 1)
        elif location == "header":
            known.add(name.lower())
            if name.lower() in headers:
                members[member] = _typed(below, headers[name.lower()])
    problems += [f"{name}: no such query parameter" for name in parameters if name not in literal]
    problems += [f"{name}: no such header" for name in headers if name not in known]
    problems += _read_body(operation, shapes, members, headers, body)
    return operation, problems, members


def _read_body(operation, shapes, members, headers, body):
    """Puts the members of the body beside the others; what is wrong with the body."""
    payload = operation.input_shape.serialization.get("payload") if operation.input_shape else None
    if payload and shapes[payload].type_name in ("blob", "string"):
        if body:
            members[payload] = body if shapes[payload].type_name == "blob" else body.decode("utf-8", "replace")
        return []
    takes_body = payload or any("location" not in below.serialization for below in shapes.values())
    if not takes_body:
        return ["body: the operation takes none"] if body not in (b"", b"{}") else []
    if operation.service_model.metadata["protocol"] != "rest-json":
        return ["body: an XML body, which this check cannot read"]
    content = _json(body)
    twice = [f"{name}: in the body, and belongs elsewhere" for name in content if name in members]
    members |= {payload: content} if payload else content
    return twice + _wrong_type(headers, "application/json")


def _routed(service, method, route, parameters):
    """The operation of a REST service, its labels, and the literal part of the query string: of those that fit the one that asks for most."""
    fitting = []
    for name, verb, pattern, literal, required in _routes(service.service_name):
        match = verb == method and pattern.fullmatch(route)
        if match and required <= parameters.keys() and all(parameters.get(key) == [value] for key, value in literal.items()):
            fitting.append((len(literal), len(required), -len(match.groupdict()), name, match.groupdict(), literal))
    if not fitting:
        raise _Unreadable(f"{service.service_name} has no operation for {method} {route}")
    *_, name, labels, literal = max(fitting, key=lambda fit: fit[:4])
    return service.operation_model(name), labels, literal


@cache
def _routes(service):
    """Name, method, pattern of the path, literal parameters and required ones, of each operation."""
    routes = []
    for name in _model(service).operation_names:
        operation = _model(service).operation_model(name)
        path, _, query = operation.http["requestUri"].partition("?")
        shapes = operation.input_shape.members if operation.input_shape else {}
        labels = {below.serialization.get("name", member): member for member, below in shapes.items()}
        pattern = "".join(
            f"(?P<{labels[part.strip('{+}')]}>{'.+' if '+' in part else '[^/]+'})" if part.startswith("{") else re.escape(part)
            for part in re.split(r"(\{[^}]+\})", path))
        required = {
            shapes[member].serialization.get("name", member) for member in (operation.input_shape.required_members if shapes else [])
            if shapes[member].serialization.get("location") == "querystring"}
        routes.append((name, operation.http["method"], re.compile(pattern), dict(parse_qsl(query, keep_blank_values=True)), required))
    return routes


_READERS = {"json": _read_json, "query": _read_query, "rest-json": _read_rest, "rest-xml": _read_rest}


def _wrong_lines(method, route, query, headers, *more):
    problems = [] if (method, route, query) == ("POST", "/", "") else [f"{method} {route}: it must be POST / without a query string"]
    return problems + [f"{name}: no such header" for name in headers if name not in _COMMON_HEADERS and name not in more]


def _wrong_type(headers, expected):
    found = headers.get("content-type", "")
    return [] if found.partition(";")[0] == expected else [f"content-type: {found!r} is not {expected}"]


def _json(body):
    def once(pairs):
        if len(dict(pairs)) < len(pairs):
            raise _Unreadable("body: a member is given twice")
        return dict(pairs)
    try:
        value = json.loads(body or b"{}", object_pairs_hook=once)
    except ValueError:
        raise _Unreadable("body: no JSON") from None
    if not isinstance(value, dict):
        raise _Unreadable("body: no JSON object")
    return value


def _typed(shape, text):
    """A form's or a URI's text as the value that it stands for; as it is where it stands for none of the shape's."""
    kind = shape.type_name
    if kind in ("integer", "long") and re.fullmatch(r"-?\d+", text):
        return int(text)
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if kind == "timestamp":
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return text
    return text


# Judging


@cache
def _wire_members(shape):
    """A structure's members by the names that they have in messages."""
    return {
        name if below.serialization.get("location") else below.serialization.get("name", name): below
        for name, below in shape.members.items()}


_TYPES = {
    "structure": dict, "map": dict, "list": list, "string": str, "character": str, "integer": int, "long": int, "float": (int, float),
    "double": (int, float), "boolean": bool, "blob": (str, bytes), "timestamp": (int, float, datetime),
}


def _faults(shape, value, place):
    """Pairs of a member's place and the rule that its value breaks, at any depth."""
    kind, limits = shape.type_name, shape.metadata
    if not isinstance(value, _TYPES[kind]) or isinstance(value, bool) and kind != "boolean":
        yield place or "input", f"{type(value).__name__} is no {kind}"
        return
    if kind == "structure":
        if shape.is_document_type:
            return  # any JSON
        shapes = _wire_members(shape)
        for name in shape.required_members:
            wire_name = next(wire for wire, below in shapes.items() if below is shape.members[name])
            if wire_name not in value:
                yield _below(place, wire_name), "required, and missing"
        if shape.is_tagged_union and len(value) != 1:
            yield place, f"{len(value)} members of a union, of which there must be one"
        for name, member in value.items():
            if name not in shapes:
                yield _below(place, name), "no such member"
            else:
                yield from _faults(shapes[name], member, _below(place, name))
        return
    if kind == "list":
        yield from _out_of_range(limits, len(value), place, "elements")
        for index, element in enumerate(value):
            yield from _faults(shape.member, element, f"{place}[{index}]")
    elif kind == "map":
        yield from _out_of_range(limits, len(value), place, "entries")
        for key, member in value.items():
            yield from _faults(shape.key, key, f"{place}.{key} (key)")
            yield from _faults(shape.value, member, _below(place, key))
    elif kind == "string":
        yield from _out_of_range(limits, len(value), place, "characters")
        if "pattern" in limits and not _compiled(limits["pattern"]).fullmatch(value):
            yield place, f"does not match {limits['pattern']}"
        if shape.enum and value not in shape.enum:
            yield place, f"{value} is none of {', '.join(shape.enum[:5])}{' …' * (len(shape.enum) > 5)}"
    elif kind == "blob":
        try:
            size = len(value if isinstance(value, bytes) else base64.b64decode(value, validate=True))
        except binascii.Error:
            yield place, "no Base64"
        else:
            yield from _out_of_range(limits, size, place, "bytes")
    elif kind in ("integer", "long", "float", "double"):
        yield from _out_of_range(limits, value, place, "")


def _below(place, name):
    return f"{place}.{name}" if place else name


def _out_of_range(limits, number, place, unit):
    least, most = limits.get("min"), limits.get("max")
    if least is not None and number < least or most is not None and number > most:
        yield place, f"{number} {unit}".rstrip() + f" is not in {'' if least is None else least}...{'' if most is None else most}"


@cache
def _compiled(pattern):
    """A pattern of the models, which are Java's, in Python's dialect: `\\w` is ASCII, and `\\p{L}`, `[\\w-x]` and surrogates are written out."""
    text = pattern.replace(r"\p{Print}", r"[\x20-\x7e]").replace(r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010ffff")
    text = re.sub(r"\\p\{(\w)\}", lambda match: _categories()[match[1]], text)
    return re.compile(re.sub(r"(\\[wsd])-(?!\])", r"\1\\-", text), re.ASCII)


@cache
def _categories():
    """The characters of each general category of Unicode, such as L, as the inside of a set."""
    ranges, first = defaultdict(list), 0
    categories = map(unicodedata.category, map(chr, range(sys.maxunicode + 1)))
    for letter, run in groupby(map(itemgetter(0), categories)):
        end = first + len(list(run))
        ranges[letter].append(f"\\U{first:08x}-\\U{end - 1:08x}")
        first = end
    return {letter: "".join(texts) for letter, texts in ranges.items()}


# The tally


class Tally:
    """What came of the program's requests that a test run saw: how many there were, of which operations, and what was wrong."""

    def __init__(self):
        self.requests, self.invalid, self.operations, self._problems, self._lock = 0, 0, set(), [], threading.Lock()

    def add(self, request):
        """Checks a request, unless it comes from somebody else than cogstack: tests and functions call AWS by boto3. The endpoints of a
        user pool's domain are in none of AWS's models."""
        if not request.headers.get("user-agent", "").startswith("cogstack") or request.path.startswith("/oauth2/"):
            return
        operation, problems = check(request.method, request.path, request.headers, request.body)
        with self._lock:
            self.requests += 1
            self.invalid += bool(problems)
            self.operations.add(operation)
            self._problems += [f"{operation}: {problem}" for problem in problems]

    def take_problems(self):
        """Those since the last time, each once."""
        with self._lock:
            problems, self._problems = self._problems, []
        return list(dict.fromkeys(problems))


TALLY = Tally()  # of this process
