import pytest

from server.couch_auth.rules import Need, need_of


@pytest.mark.parametrize(
    ("method", "route", "database", "need"),
    [
        ("GET", "/", "", Need.NOTHING),
        ("GET", "", "", Need.NOTHING),
        ("GET", "/_up", "", Need.NOTHING),
        ("POST", "/_session", "", Need.NOTHING),
        ("POST", "/_replicate", "", Need.USER),
        ("GET", "/_all_dbs", "", Need.SERVER_ADMIN),
        ("GET", "/_node/{node}/_config", "", Need.SERVER_ADMIN),
        ("GET", "/_whatever_comes", "", Need.SERVER_ADMIN),
        ("GET", "/{database}", "garden", Need.NOTHING),
        ("PUT", "/{database}", "garden", Need.SERVER_ADMIN),
        ("DELETE", "/{database}/", "garden", Need.SERVER_ADMIN),
        ("POST", "/{database}/", "garden", Need.NOTHING),
        ("PUT", "/{database}/{id}", "garden", Need.NOTHING),
        ("POST", "/{database}/_compact", "garden", Need.DATABASE_ADMIN),
        ("POST", "/{database}/_compact/{design}", "garden", Need.DATABASE_ADMIN),
        ("POST", "/{database}/_purge", "garden", Need.SERVER_ADMIN),
        ("GET", "/{database}/_changes", "garden", Need.NOTHING),
        ("GET", "/{database}/_changes", "_users", Need.SERVER_ADMIN),
        ("POST", "/{database}/_all_docs/queries", "_replicator", Need.SERVER_ADMIN),
        ("GET", "/{database}/{id}", "_users", Need.NOTHING),
    ],
)
def test_what_a_request_takes(method, route, database, need):
    assert need_of(method, route, database) is need
