SAMPLE = {
    "base": {"userPool": "shared"},
    "values": {"roleArn": ("runner", "runner-b"), "description": ("one", "another")},
    "shown": {"roleArn": [f"arn:aws:iam::111122223333:role/props-{name}" for name in ("runner", "runner-b")]},
}
