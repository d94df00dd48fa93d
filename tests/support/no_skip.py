"""Where FOYER_TESTS_NO_SKIP is set, a test that skips is a failure: there everything is at hand."""

import os

import pytest

VARIABLE = "FOYER_TESTS_NO_SKIP"


def _forbid(report):
    expected_to_fail = hasattr(report, "wasxfail")
    if os.environ.get(VARIABLE) and report.skipped and not expected_to_fail:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"skipped where {VARIABLE} allows no skips: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    report = yield
    _forbid(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    report = yield
    _forbid(report)
    return report
