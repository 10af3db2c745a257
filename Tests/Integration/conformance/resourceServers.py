_SCOPES = [{"scopeName": name, "scopeDescription": f"May {name}."} for name in ("read", "write")]
_SHOWN = [{"ScopeName": each["scopeName"], "ScopeDescription": each["scopeDescription"]} for each in _SCOPES]

SAMPLE = {
    "base": {"userPool": "shared"},
    "values": {"name": ("One", "Another"), "scopes": (_SCOPES[:1], _SCOPES)},
    "defaults": {"name": "name"},  # the resource's own
    "shown": {"scopes": (_SHOWN[:1], _SHOWN)},
    "more": {"scopes": {"planned": (_SCOPES[:1], _SCOPES, [])}},
}
