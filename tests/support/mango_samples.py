"""Random documents, and selectors over their fields, for hypothesis."""

from hypothesis import strategies as st

VALUES = st.sampled_from(
    [
        *(None, False, True, -3, -1, 0, 1, 1.0, 1.5, 2, "", "a", "A", "ab", "b", "é"),
        *([], [1], [1.0], [1, 2], ["a", 1], [[1]], {}, {"x": 1}, {"x": "a", "y": None}),
        *({"x": {"y": 2}}, [{"x": 1}, {"x": 2}], [{"y": None}]),
    ]
)
FIELDS = st.sampled_from(["a", "b", "c", "a.x", "c.x.y", "a.0"])
DOCUMENTS = st.lists(
    st.dictionaries(st.sampled_from(["a", "b", "c"]), VALUES, max_size=3), max_size=14
)
COMPARISONS = st.sampled_from(["$lt", "$lte", "$eq", "$ne", "$gte", "$gt"])
LISTS = st.lists(VALUES, max_size=3)
TYPES = st.sampled_from(["null", "boolean", "number", "string", "array", "object", "thing"])


def operators(name, arguments):
    return arguments.map(lambda argument: {name: argument})


PLAIN = st.one_of(
    st.builds(lambda operator, value: {operator: value}, COMPARISONS, VALUES),
    operators("$exists", st.booleans()),
    operators("$in", LISTS),
    operators("$nin", LISTS),
    operators("$all", LISTS),
    operators("$type", TYPES),
    operators("$size", st.integers(0, 2)),
    operators("$mod", st.sampled_from([[2, 0], [2, 1], [2, -1], [-2, 1], [1, 0]])),
    operators("$beginsWith", st.sampled_from(["", "a", "é"])),
    st.builds(lambda low, high: {"$gte": low, "$lt": high}, VALUES, VALUES),
)
INNER = st.one_of(PLAIN, st.dictionaries(st.sampled_from(["x", "y"]), PLAIN, min_size=1))
CONDITIONS = st.one_of(
    VALUES.filter(lambda value: not isinstance(value, dict)),
    st.just({}),
    PLAIN,
    operators("$elemMatch", INNER),
    operators("$allMatch", INNER),
    operators("$keyMapMatch", PLAIN),
    operators("$not", PLAIN),
    st.builds(lambda one, other: {"$or": [one, other]}, PLAIN, PLAIN),
)
SELECTORS = st.recursive(
    st.dictionaries(FIELDS, CONDITIONS, min_size=1, max_size=3),
    lambda inner: st.one_of(
        *(operators(name, st.lists(inner, max_size=3)) for name in ("$and", "$or", "$nor")),
        operators("$not", inner),
    ),
    max_leaves=5,
)
