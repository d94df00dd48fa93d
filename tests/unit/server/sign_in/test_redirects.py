from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.sign_in.redirects import safe_target

ORIGIN = "https://alice.example"


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        ("/auth/authorize?client_id=1&scope=a%20b", "/auth/authorize?client_id=1&scope=a%20b"),
        ("https://alice.example/x?y=1", "/x?y=1"),
        ("https://drive.alice.example/#/folder", "https://drive.alice.example/#/folder"),
        ("", "/"),
        ("/auth/login?redirect=/auth/login", "/"),
        ("http://drive.alice.example/", "/"),
        ("https://alice.example.evil.example/", "/"),
        ("https://evilalice.example/", "/"),
        ("https://u:p@drive.alice.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("data:text/html,x", "/"),
        ("relative", "/"),
    ],
)
def test_pages_of_this_home_and_its_applications_alone(wanted, target):
    assert safe_target(wanted, ORIGIN, "alice.example") == target


@given(
    st.lists(
        st.sampled_from(
            [
                "/",
                "\\",
                "//",
                "evil.example",
                "alice.example",
                ":",
                "@",
                "?",
                "#",
                "https:",
                "\t",
                ".",
            ]
        ),
        max_size=8,
    ).map("".join)
)
def test_whatever_is_wanted_browsers_stay_here(wanted):
    target = safe_target(wanted, ORIGIN, "alice.example")
    host = urlsplit(urljoin(ORIGIN, target)).hostname
    assert host == "alice.example" or host.endswith(".alice.example")
    assert "\\" not in target
