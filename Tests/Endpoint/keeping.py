"""What the strict layer keeps in the endpoint's place: the settings and objects of which the endpoint knows nothing."""

import threading
from collections import defaultdict

_kept = defaultdict(lambda: defaultdict(dict))  # by the endpoint's address and kind: objects by keys that begin with a pool's id
lock = threading.RLock()
_OBJECTS = ("branding", "terms", "log delivery", "risk", "replicas", "secrets", "rotation")  # those that are more than a pool's settings


def kept(rules, kind):
    """The objects of a kind, by keys whose first part is the id of the pool that they belong to: AWS gives no id twice, so accounts and
    regions need not be distinguished. All layers of a process see the same, as they see the same endpoint."""
    return _kept[rules.layer.backend.netloc][kind]


def is_kept(address, *ids):
    """Whether anything of a pool, or of one of its app clients, is kept for the endpoint at an address, other than the pool's settings."""
    with lock:
        return any(key[:len(ids)] == ids for kind in _OBJECTS for key in list(_kept[address][kind]))


def forget(address):
    """Forgets all that is kept for the endpoint at an address, host:port, which begins anew."""
    with lock:
        _kept.pop(address, None)


def drop(rules, is_meant):
    """Forgets the objects of whose key and value a function says so."""
    with lock:
        for objects in list(_kept[rules.layer.backend.netloc].values()):
            for key in [key for key, value in list(objects.items()) if is_meant(key, value)]:
                del objects[key]
