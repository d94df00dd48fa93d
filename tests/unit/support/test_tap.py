from tests.support.tap import Report, read_report

WHOLE = """TAP version 13
# Subtest: one
ok 1 - one
  ---
  duration_ms: 3
  ...
# Subtest: two
not ok 2 - two
  ---
  error: 'why'
  ...
1..2
# pass 1
"""


def test_points_are_told_apart():
    report = read_report(WHOLE)
    assert report.passed == ("one",)
    assert "error: 'why'" in report.failed["two"]
    assert report.whole


def test_what_ended_early_is_not_whole():
    assert not read_report("TAP version 13\nok 1 - one\n").whole
    assert not read_report("ok 1 - one\n1..2\n").whole
    assert not read_report("1..0\n").whole
    assert not read_report("").whole


def test_what_was_left_out_did_not_pass():
    report = read_report("ok 1 - one # SKIP no time\nok 2 - two # TODO\n1..2\n")
    assert report == Report((), {"one": " # SKIP no time", "two": " # TODO"}, 2)
