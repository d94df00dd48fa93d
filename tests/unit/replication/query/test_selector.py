import pytest
from hypothesis import given
from hypothesis import strategies as st

from replication.core.errors import Invalid
from replication.query.matching import matcher
from replication.query.selector import DEEPEST, has_patterns, parse_field, parse_selector


def passes(selector, document):
    return matcher(parse_selector(selector))(document)


FITS = [
    # operator, argument, values that match, values that do not
    ("$lt", 5, [4, None, False, True, 4.9], [5, 6, "1", [], {}]),
    ("$lt", "hello", ["held", 9], ["hello", "help", []]),
    ("$lte", 5, [4, 5, 5.0], [6, "5"]),
    ("$gt", 5, [6, "", [], {}], [4, 5, None]),
    ("$gte", "hello", ["hello", "help", []], ["held", 5]),
    ("$gt", None, [False, 0, "", []], [None]),
    ("$eq", 5, [5, 5.0], [6, "5", [5], None]),
    ("$eq", None, [None], [0, False, ""]),
    ("$ne", 5, [6, "5", None], [5]),
    ("$in", [], [], [0, True, "foo", []]),
    (
        "$in",
        [42, False, "bar", [["nested"], "list"], {"b": 2}],
        [42, False, "bar", {"b": 2}, [0, 42], [0, False], [0, [["nested"], "list"]]],
        [43, True, "bars", {"b": 2, "c": 3}, [["nested"], "list"], 0],
    ),
    ("$nin", [], [0, True, "foo", []], []),
    ("$nin", [1, 2], [3, [3, 4], None], [1, [3, 1]]),
    ("$all", [], [], [[], [42], {}, "foo"]),
    ("$all", [1, 2], [[2, 1], [0, 2, 1]], [[1], [], 1, [1.0, 2]]),
    ("$all", [[1, 2]], [[1, 2], [5, [1, 2]]], [[2, 1], [5, [1, 3]], []]),
    ("$all", ["hello"], [["hello"]], ["hello", []]),
    ("$all", [{"a": 1}], [[{"a": 1}]], [[{"a": 1, "b": 2}]]),
    ("$exists", True, [None, 0, {}], []),
    ("$exists", False, [], [None, 0, {}]),
    ("$type", "null", [None], [False, {}]),
    ("$type", "boolean", [True, False], [0]),
    ("$type", "number", [42, 3.14, 0], [True, [1], "1"]),
    ("$type", "string", ["", "a"], [[]]),
    ("$type", "array", [[], [1]], [{}, "a"]),
    ("$type", "object", [{}, {"a": 1}], [[{}], None]),
    ("$type", "nonsense", [], [{}, None, 1]),
    ("$regex", "^[0-9a-f]+$", ["3a0df5e"], ["", "3a0gf5e", 42, ["3"]]),
    ("$regex", "b", ["abc"], ["ac"]),
    ("$regex", "(?i)FOO", ["a foo"], ["fo"]),
    ("$regex", "\\A[[:upper:]_[]+\\z", ["AB_", "A[B"], ["ab", "AB\n"]),
    ("$regex", "\\h", ["a b", "a\tb"], ["a\nb"]),
    ("$beginsWith", "foo", ["foo", "food"], ["more food", "fo", 42]),
    ("$mod", [28, 1], [1, 29, 57], [58, "57", 1.0, True]),
    ("$mod", [4, -1], [-1, -5], [3, 1]),
    ("$mod", [-4, 1], [1, 5], [-1]),
    ("$size", 3, [[0, 0, 0]], [3, "fun", [0, 0], {"a": 1, "b": 2, "c": 3}]),
    ("$size", 0, [[]], [{}, ""]),
]
CASES = [
    (operator, argument, value, expected)
    for operator, argument, *found in FITS
    for expected, values in zip((True, False), found, strict=True)
    for value in values
]


@pytest.mark.parametrize(("operator", "argument", "value", "expected"), CASES, ids=repr)
def test_an_operator_and_its_negation(operator, argument, value, expected):
    condition = {operator: argument}
    assert passes({"x": condition}, {"x": value}) is expected
    assert passes({"x": {"$not": condition}}, {"x": value}) is not expected
    assert passes({"$not": {"x": condition}}, {"x": value}) is not expected
    assert passes({"$nor": [{"x": condition}]}, {"x": value}) is not expected


@pytest.mark.parametrize(("operator", "argument"), [row[:2] for row in FITS], ids=repr)
def test_a_missing_field_matches_nothing_but_its_absence(operator, argument):
    absent = operator == "$exists" and not argument
    present = operator == "$exists" and argument
    assert passes({"x": {operator: argument}}, {}) is absent
    assert passes({"x": {"$not": {operator: argument}}}, {}) is present


EMPTY, NONE, ONE, TWO, ARRAY = {}, {"x": {}}, {"x": {"a": 1}}, {"x": {"a": 1, "b": 2}}, {"x": []}


@pytest.mark.parametrize(
    ("selector", "matching"),
    [
        ({}, [EMPTY, NONE, ONE, TWO, ARRAY]),
        ({"x": {}}, [NONE]),
        ({"$not": {"x": {}}}, [ONE, TWO, ARRAY]),
        ({"x": {"a": 1}}, [ONE, TWO]),
        ({"x": {"a": 1, "b": 2}}, [TWO]),
        ({"x.b": 2}, [TWO]),
        ({"x.a": 1, "x.b": {"$exists": False}}, [ONE]),
        ({"x": {"$and": []}}, [EMPTY, NONE, ONE, TWO, ARRAY]),
        ({"x": {"$or": []}}, [EMPTY, NONE, ONE, TWO, ARRAY]),
        ({"x": {"$nor": []}}, [EMPTY, NONE, ONE, TWO, ARRAY]),
        ({"x": {"$not": {"$and": []}}}, [EMPTY, NONE, ONE, TWO, ARRAY]),
        ({"$or": [{"x": []}, {"x.b": 2}]}, [TWO, ARRAY]),
        ({"$nor": [{"x": []}, {"x": {}}]}, [ONE, TWO]),
        ({"x": {"$not": {"$exists": True, "$eq": {}}}}, [EMPTY, ONE, TWO, ARRAY]),
        ({"x": {"$keyMapMatch": {"$eq": "b"}}}, [TWO]),
        ({"$text": "anything"}, [EMPTY, NONE, ONE, TWO, ARRAY]),
    ],
    ids=repr,
)
def test_objects_and_booleans(selector, matching):
    documents = [EMPTY, NONE, ONE, TWO, ARRAY]
    assert [found for found in documents if passes(selector, found)] == matching


@pytest.mark.parametrize(
    ("condition", "matching", "others"),
    [
        ({"$elemMatch": {"$eq": 0}}, [[0], [1, 0]], [[], [1], 0]),
        ({"$elemMatch": {"$gte": 80, "$lt": 85}}, [[82, 85, 88]], [[75, 88, 89], 82]),
        ({"$elemMatch": {"a": 1, "b": 2}}, [[{"a": 1, "b": 2}]], [[{"a": 1}, {"b": 2}]]),
        # negations stay as written here: an element without the field passes
        ({"$elemMatch": {"$not": {"a": 1}}}, [[{"a": 2}], [{}]], [[{"a": 1}], []]),
        ({"$elemMatch": {"$nor": [{"a": 1}]}}, [], [[{"a": 2}], [{"a": 1}]]),
        ({"$allMatch": {"$eq": 0}}, [[0], [0, 0]], [[], [0, 1], 0]),
        ({"$allMatch": {"a": {"$gt": 1}}}, [[{"a": 2}]], [[{"a": 2}, {}]]),
        ({"$keyMapMatch": {"$regex": "^[a-z]+$"}}, [{"a": 1, "b4": 1}], [{"b4": 1}, {}, ["a"]]),
    ],
    ids=repr,
)
def test_operators_that_look_inside(condition, matching, others):
    assert [value for value in matching + others if passes({"x": condition}, {"x": value})] == (
        matching
    )


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("ab", ("ab",)),
        ("a.b", ("a", "b")),
        (r"a\.b", ("a.b",)),
        (r"a.b\.c", ("a", "b.c")),
        (r"\\$a", ("$a",)),
    ],
)
def test_names_of_fields(name, path):
    assert parse_field(name) == path


@pytest.mark.parametrize(
    ("selector", "document", "expected"),
    [
        ({"a.1": "y"}, {"a": ["x", "y"]}, True),
        ({"a.2": {"$exists": False}}, {"a": ["x", "y"]}, False),
        ({"a.first": {"$exists": False}}, {"a": ["x"]}, False),
        ({"a.b": {"$exists": False}}, {"a": 5}, False),
        ({"a.0.b": 1}, {"a": [{"b": 1}]}, True),
        ({r"a\.b": 1}, {"a.b": 1}, True),
        ({"a": {"b": {"c": {"$gt": 1}}}}, {"a": {"b": {"c": 2}}}, True),
        ({"_id": "d", "n": 1}, {"_id": "d", "n": 1}, True),
    ],
    ids=repr,
)
def test_paths(selector, document, expected):
    assert passes(selector, document) is expected


@pytest.mark.parametrize(
    ("selector", "word"),
    [
        ([], "invalid_selector_json"),
        ({"$eq": 5}, "invalid_selector"),
        ({"$elemMatch": {"a": 1}}, "invalid_selector"),
        ({"a": {"$nonsense": 1}}, "invalid_operator"),
        ({"a": {"$beginsWith": 1}}, "invalid_operator"),
        ({"a": {"$where": "x"}}, "not_supported"),
        ({"a..b": 1}, "invalid_field_name"),
        ({"": 1}, "invalid_field_name"),
        ({"a": {"$text": "x"}}, "bad_field"),
        ({"$not": {"$text": "x"}}, "bad_arg"),
        *(({"a": {operator: 1}}, "bad_arg") for operator in ("$and", "$or", "$nor", "$not")),
        *(({"a": {operator: 1}}, "bad_arg") for operator in ("$in", "$nin", "$all", "$regex")),
        *(({"a": {operator: 1}}, "bad_arg") for operator in ("$elemMatch", "$allMatch", "$type")),
        *(({"a": {operator: "1"}}, "bad_arg") for operator in ("$size", "$exists", "$mod")),
        *(({"a": {"$mod": mod}}, "bad_arg") for mod in ([1], [0, 1], [1.5, 0], [True, 1], [])),
        ({"a": {"$size": -1}}, "bad_arg"),
        ({"a": {"$regex": "("}}, "bad_arg"),
    ],
    ids=repr,
)
def test_what_is_no_selector(selector, word):
    with pytest.raises(Invalid) as found:
        parse_selector(selector)
    assert found.value.word == word


def test_depth_is_bounded():
    deep = {"a": 1}
    for _ in range(DEEPEST - 2):
        deep = {"$not": deep}
    assert passes(deep, {"a": 1})
    with pytest.raises(Invalid):
        parse_selector({"$not": deep})


def test_a_document_deeper_than_the_stack_is_compared_but_not_looked_for_as_written():
    deep = []
    for _ in range(50_000):
        deep = [deep]
    assert passes({"x": {"$eq": deep}}, {"x": deep})
    assert passes({"x": {"$lt": [deep]}}, {"x": deep})
    assert not passes({"x": {"$all": [[deep]]}}, {"x": [[deep]]})


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ({"a": {"$regex": "x"}}, True),
        ({"$nor": [{"a": {"$not": {"$regex": "x"}}}]}, True),
        ({"a": {"$elemMatch": {"$nor": [{"$not": {"$regex": "x"}}]}}}, True),
        ({"a": {"$eq": {"$regex": "x"}}, "$text": "x"}, False),
        ({}, False),
    ],
    ids=repr,
)
def test_patterns_are_noticed(selector, expected):
    assert has_patterns(parse_selector(selector)) is expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text("ab$.", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["a", "b", "a.b", "$and", "$or", "$not", "$nor", "$in", "$elemMatch"])
            | st.sampled_from(["$gt", "$regex", "$mod", "$all", "$exists", "$keyMapMatch"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(JSON, JSON)
def test_any_json_is_a_selector_or_refused(selector, document):
    try:
        node = parse_selector(selector)
    except Invalid:
        return
    assert matcher(node)(document) in (True, False)
