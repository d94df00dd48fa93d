"""The form of design documents: what CouchDB 3.5 takes, and how it words what it does not."""

import json

import pytest

from replication.core.errors import Invalid
from server.functions.design_form import check_form


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"language": 1}, "`language` field must have string type"),
        ({"views": []}, "`views` field must have object type"),
        ({"views": {"v": 1}}, "`views.v` field must have object type"),
        ({"views": {"v": {"map": 1}}}, "`views.v.map` field must have string type"),
        ({"views": {"v": {"map": "x", "reduce": 1}}}, "`views.v.reduce` field must have string"),
        ({"views": {"v": {}}}, "View `v` must contain map function"),
        ({"views": {"lib": "x"}}, "`views.lib` field must have object type"),
        ({"filters": {"f": 1}}, "`filters.f` field must have object or string type"),
        ({"rewrites": {}}, "`rewrites` field must have string or array type"),
        ({"options": {"local_seq": 1}}, "`options.local_seq` field must have boolean type"),
        ({"validate_doc_update": 1}, "`validate_doc_update` field must have string or object"),
        (
            {"language": "query", "views": {"v": {"map": "x"}}},
            "`views.v.map` field must have object type",
        ),
    ],
)
def test_wrong_forms(members, reason):
    with pytest.raises(Invalid) as caught:
        check_form(json.dumps(members).encode())
    assert caught.value.word == "invalid_design_doc"
    assert caught.value.reason.startswith(reason)


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"anything": 1},
        {"views": {"v": {"map": "m", "reduce": "_sum"}, "lib": {"a": "b"}}},
        {"language": "query", "views": {"v": {"map": {"fields": {}}}}},
        {"rewrites": [], "filters": {"f": "g"}, "options": {"include_design": True}},
    ],
)
def test_right_forms(members):
    assert check_form(json.dumps(members).encode()) == members
