from hypothesis import given
from hypothesis import strategies as st

from server.observe.answered import logged_path
from server.observe.request_line import secret_parts


def test_parts_that_let_somebody_in_are_hidden():
    hidden = secret_parts({"token": "abc.def", "id": "x"})
    assert hidden == ("abc.def",)
    assert logged_path("/office/content/abc.def", hidden) == "/office/content/…"


def test_other_parts_stay():
    assert logged_path("/couchdb/db/doc", secret_parts({"database": "db"})) == "/couchdb/db/doc"


@given(st.text(min_size=1))
def test_no_secret_is_left_in_a_path(secret):
    hidden = secret_parts({"secret": secret})
    assert secret not in logged_path(f"/a/{secret}/b", hidden) or secret in "/a/…/b"
