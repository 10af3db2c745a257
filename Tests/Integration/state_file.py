"""A state file as it says of itself: a snapshot, and behind it a line for each step that was recorded since."""

import json


def read_state(path):
    """What is recorded: the snapshot with the steps made. Fails where the file is not whole; a torn last line is none of it."""
    text = path.read_text()
    state, end = json.JSONDecoder().raw_decode(text)
    for line in text[end:].split("\n")[:-1]:
        if not line:
            continue
        step = json.loads(line)
        assert step.keys() == {"serial", "set", "gone"} and step["serial"] == state["serial"] + 1, f"{path} has a step {line[:100]}"
        state["serial"] = step["serial"]
        state["resources"] |= step["set"]
        for address in step["gone"]:
            del state["resources"][address]
    return state
