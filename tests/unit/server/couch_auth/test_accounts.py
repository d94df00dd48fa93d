from hashlib import sha1

import msgspec
import pytest

from replication.core.document import Edit
from replication.store.memory import MemoryDocumentStore
from server.couch_auth.accounts import account_of_admin, account_of_owner, account_of_user
from server.couch_auth.config_routes import hashed_for_admin
from server.couch_auth.passwords import is_password
from server.instances.instance import Owner


async def test_an_admin_of_the_configuration_is_read_back():
    kept = await hashed_for_admin("plum")
    assert kept.startswith("-pbkdf2:sha256-")
    account = account_of_admin("eva", kept)
    assert account.roles == ("_admin",)
    assert is_password("plum", account.fields)
    assert await hashed_for_admin(kept) == kept
    assert "plum" not in repr(account)


def test_admins_of_old_configurations():
    old = "-pbkdf2-0c60c80f961f0e71f3a9b524af6012062fe037a6,salt,1"  # RFC 6070
    assert is_password("password", account_of_admin("eva", old).fields)
    oldest = f"-hashed-{sha1(b'plumsalt').hexdigest()},salt"
    assert is_password("plum", account_of_admin("eva", oldest).fields)
    assert not is_password("pear", account_of_admin("eva", oldest).fields)


@pytest.mark.parametrize("kept", ["", "plum", "-pbkdf2-x", "-pbkdf2-x,y,z", "-scrypt-x,y,1"])
def test_what_is_no_hash_is_no_account(kept):
    assert account_of_admin("eva", kept) is None


def test_a_new_password_of_the_owner_ends_their_sessions():
    first, second = (account_of_owner(Owner("admin", phc)) for phc in ("$a", "$b"))
    assert first.salt != second.salt
    assert first.stamp != second.stamp


async def test_a_document_of_a_user_makes_an_account():
    store = MemoryDocumentStore()
    assert await account_of_user(store, "jan") is None
    database = await store.create("_users")
    assert await account_of_user(store, "jan") is None
    told = {"name": "jan", "roles": ["_admin", "cook"], "salt": "s", "derived_key": "k", "x": 1}
    await database.write([Edit("org.couchdb.user:jan", msgspec.json.encode(told))])
    account = await account_of_user(store, "jan")
    assert account.roles == ("cook",)
    assert (account.salt, account.fields) == ("s", {"salt": "s", "derived_key": "k"})
