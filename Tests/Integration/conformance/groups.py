SAMPLE = {
    "base": {"userPool": "shared"},
    "values": {"roleArn": ("runner", "runner-b"), "description": ("one", "another")},
    "defaults": {"description": None},
    "more": {"description": {"planned": ("one", "another", "")}},
    "shown": {"roleArn": [f"arn:aws:iam::111122223333:role/props-{name}" for name in ("runner", "runner-b")]},
}
