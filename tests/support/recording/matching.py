"""Whether an answer is the one that was recorded, variables aside."""

from tests.support.recording.tokens import VARIABLE


def differences(expected, actual, bindings, path=""):
    """Return what differs, as lines; values of variables are bound on the way.

    A member that may be anything may be missing as well.
    """
    if expected == "$any$":
        return []
    if isinstance(expected, str) and isinstance(actual, str):
        return [] if bindings.accepts(expected, actual) else [_told(path, expected, actual)]
    if isinstance(expected, dict) and isinstance(actual, dict):
        return _members(expected, actual, bindings, path)
    if isinstance(expected, list) and isinstance(actual, list):
        return _rows(expected, actual, bindings, path)
    same = type(expected) is type(actual) and expected == actual
    return [] if same else [_told(path, expected, actual)]


def _told(path, expected, actual):
    return f"{path or '/'}: {str(expected)[:200]!r} was recorded, now {str(actual)[:200]!r}"


def _members(expected, actual, bindings, path):
    found, rest = [], dict(actual)
    for key, value in expected.items():
        name = _key_in(rest, key, bindings)
        if name is not None:
            found += differences(value, rest.pop(name), bindings, f"{path}/{key}")
        elif value != "$any$":
            found.append(f"{path}/{key}: missing")
    return found + [f"{path}/{key}: not recorded, now {rest[key]!r}" for key in rest]


def _key_in(actual, key, bindings):
    if VARIABLE.search(key) is None:
        return key if key in actual else None
    return next((name for name in actual if bindings.accepts(key, name)), None)


def _rows(expected, actual, bindings, path):
    if len(expected) != len(actual):
        return [f"{path}: {len(expected)} rows were recorded, now {len(actual)}: {actual!r:.300}"]
    pairs = enumerate(zip(expected, actual, strict=True))
    return [
        line
        for index, (then, now) in pairs
        for line in differences(then, now, bindings, f"{path}/{index}")
    ]


def in_any_order(expected, actual, bindings, path=""):
    """Return what differs between two lists of rows whose order says nothing."""
    if not (isinstance(expected, list) and isinstance(actual, list)):
        return differences(expected, actual, bindings, path)
    rest, found = list(actual), []
    for then in expected:
        for now in rest:
            tried = bindings.copy()
            if not differences(then, now, tried, path):
                bindings.take(tried)
                rest.remove(now)
                break
        else:
            found.append(f"{path}: a row is missing: {then!r:.200}")
    return found + [f"{path}: a row was not recorded: {now!r:.200}" for now in rest]
