"""Samples for the conformance of terms. `termsSource` and `enforcement` have one value each."""

SAMPLE = {
    "isApart": True,
    "base": {"appClient": "web", "termsName": "terms-of-use", "links": {"cognito:default": "https://a.example"}},
    "values": {
        "appClient": ("other", "third"),
        "termsName": ("privacy-policy", "terms-of-use"),
        "links": (
            {"cognito:default": "https://b.example"},
            {"cognito:default": "https://b.example", "cognito:french": "https://b.example/fr"},
        ),
    },
    # Of those in the list (list_terms) the one whose description has the client and the name.
    "read": ("describe_terms", ("UserPoolId", "TermsId"), "Terms"),
}
