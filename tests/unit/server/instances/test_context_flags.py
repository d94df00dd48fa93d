import pytest

from server.instances.context_flags import check_flags, flags_for

SHARES = {"new": [{"ratio": 0.25, "value": "a"}, {"ratio": 0.5, "value": "b"}]}


def test_values_are_for_all_and_stay_what_they_are():
    flags = {"on": True, "most": 3, "names": ["a", "b"], "none": [], "more": {"x": None}}
    check_flags(flags)
    assert flags_for(flags, "u") == flags


def test_shares_give_each_home_one_value_for_ever_and_each_its_part_of_homes():
    homes = [f"{number:032x}" for number in range(4000)]
    given = [flags_for(SHARES, uuid).get("new") for uuid in homes]
    assert given == [flags_for(SHARES, uuid).get("new") for uuid in homes]
    assert abs(given.count("a") - 1000) < 120
    assert abs(given.count("b") - 2000) < 120
    assert given.count("a") + given.count("b") + given.count(None) == 4000


def test_all_and_nobody():
    assert flags_for({"x": [{"ratio": 1, "value": 1}]}, "u") == {"x": 1}
    assert flags_for({"x": [{"ratio": 0, "value": 1}]}, "u") == {}


@pytest.mark.parametrize(
    "shares",
    [
        [{"ratio": 2, "value": 1}],
        [{"ratio": "much", "value": 1}],
        [{"ratio": 0.6, "value": 1}, {"ratio": 0.6, "value": 2}],
        [{"ratio": 0.5}],
    ],
)
def test_shares_that_cannot_be_are_named(shares):
    with pytest.raises(ValueError, match="flags\\.new: "):
        check_flags({"new": shares})
