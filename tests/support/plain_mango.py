"""Selectors once more, as plainly as CouchDB's rules can be written down: nothing is prepared.

`matches` walks the JSON of a selector beside a document's. Negation is turned inward as it goes:
`wanted` is whether a condition is to hold or not to.
"""

import re

from replication.query.sort_key import sort_key

NOTHING = object()


def matches(selector, document):
    return selector == {} or holds(selector, document, (), wanted=True)


def holds(condition, document, path, *, wanted):
    """Tell whether a condition on the value at a path of the document holds, or fails to."""
    if not isinstance(condition, dict) or not condition:
        return test("$eq", condition, document, path, wanted=wanted)
    parts = [holds_member(*pair, document, path, wanted=wanted) for pair in condition.items()]
    return parts[0] if len(parts) == 1 else joined(parts, all_of_them=wanted)


def holds_member(name, argument, document, path, *, wanted):
    if name == "$not":
        return holds(argument, document, path, wanted=not wanted)
    if name in ("$and", "$or", "$nor"):
        inner = wanted is not (name == "$nor")
        parts = [holds(part, document, path, wanted=inner) for part in argument]
        return joined(parts, all_of_them=inner is (name == "$and"))
    if name.startswith("$"):
        return test(name, argument, document, path, wanted=wanted)
    return holds(argument, document, (*path, *name.split(".")), wanted=wanted)


def joined(parts, *, all_of_them):
    return all(parts) if all_of_them else not parts or any(parts)


def test(operator, argument, document, path, *, wanted):
    """A field that is missing fulfils no condition, whichever way round, but that it is missing."""
    value = at(document, path)
    if value is NOTHING:
        asked = operator == "$exists" and argument is not wanted
        return asked and is_within_reach(document, path)
    return OPERATORS[operator](argument, value) is wanted


test.__test__ = False  # for pytest, which collects by name


def at(value, path):
    for name in path:
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return NOTHING
    return value


def is_within_reach(value, path):
    """Tell whether what lacks a member is an object: an array or a number has no such thing."""
    for name in path:
        if isinstance(value, dict):
            if name not in value:
                return True
            value = value[name]
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return False
    return False


def among(argument, value):
    values = value if isinstance(value, list) else [value]
    return any(sort_key(one) == sort_key(other) for one in values for other in argument)


def same(one, other):
    """Tell whether two values are written alike: 1 and 1.0 are not, nor 1 and true."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[name], other[name]) for name in one)
    return one == other


def compared(decide):
    return lambda argument, value: decide(sort_key(value), sort_key(argument))


def inside(argument):
    """Return what tells whether one element of a value fulfils a condition."""
    return lambda element: holds(argument, element, (), wanted=True)


def every_one(argument, value):
    if not argument or not isinstance(value, list):
        return False
    alone = len(argument) == 1 and same(argument[0], value)
    return alone or all(any(same(one, element) for element in value) for one in argument)


def remainder(argument, value):
    if type(value) is not int:
        return False
    left = abs(value) % abs(argument[0])
    return (left if value >= 0 else -left) == argument[1]


NAMES = {type(None): "null", bool: "boolean", int: "number", float: "number"}
NAMES |= {str: "string", list: "array", dict: "object"}
OPERATORS = {
    "$lt": compared(lambda value, argument: value < argument),
    "$lte": compared(lambda value, argument: value <= argument),
    "$eq": compared(lambda value, argument: value == argument),
    "$ne": compared(lambda value, argument: value != argument),
    "$gte": compared(lambda value, argument: value >= argument),
    "$gt": compared(lambda value, argument: value > argument),
    "$in": among,
    "$nin": lambda argument, value: not among(argument, value),
    "$exists": lambda argument, _: argument,
    "$type": lambda argument, value: NAMES[type(value)] == argument,
    "$size": lambda argument, value: isinstance(value, list) and len(value) == argument,
    "$mod": remainder,
    "$all": every_one,
    "$regex": lambda argument, value: isinstance(value, str) and bool(re.search(argument, value)),
    "$beginsWith": lambda argument, value: isinstance(value, str) and value.startswith(argument),
    "$elemMatch": lambda argument, value: (
        isinstance(value, list) and any(map(inside(argument), value))
    ),
    "$allMatch": lambda argument, value: (
        isinstance(value, list) and value != [] and all(map(inside(argument), value))
    ),
    "$keyMapMatch": lambda argument, value: (
        isinstance(value, dict) and any(map(inside(argument), value))
    ),
}
