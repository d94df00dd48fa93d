"""PouchDB with what was granted for one type of documents, and what it is told about others."""

import asyncio
import json
from pathlib import Path

from tests.support.devices import APP_PASSWORD, app_password, oauth_token
from tests.support.house import found, house

SCRIPT = Path(__file__).parent / "pouchdb" / "granted.js"
CONTACTS = "io.cozy.contacts"


async def test_a_token_and_an_app_password_replicate_their_type_and_no_other(tmp_path, node):
    found(tmp_path)
    found(tmp_path, "other.example", (), b"t" * 32)
    async with house(tmp_path) as home:
        for doctype in (CONTACTS, "io.cozy.bills"):
            async with home.owner.put(f"/data/{doctype}/there", json={"n": 1}) as response:
                assert response.status == 200
        secrets = (
            await oauth_token(home.app, CONTACTS),
            APP_PASSWORD,
            await oauth_token(home.app, CONTACTS, domain="other.example"),
        )
        await app_password(home.app, CONTACTS)
        told = await asyncio.create_subprocess_exec(
            node, SCRIPT, home.address, *secrets, stdout=asyncio.subprocess.PIPE
        )
        said, _ = await told.communicate()
        seen = json.loads(said)
        async with home.owner.get(f"/couchdb/{CONTACTS}/_all_docs") as response:
            rows = (await response.json())["rows"]
    assert [row["id"] for row in rows] == ["by-password", "by-token", "there"]
    assert seen["token"] == {"pushed": 1, "pulled": 1, "failures": 0}
    assert seen["password"] == {"pushed": 1, "pulled": 2, "failures": 0}
    for what, status, words in [
        ("otherType", 403, "code=403, message=Forbidden"),
        ("reserved", 403, "code=403, message=reserved doctype io.cozy.sessions unreadable"),
        ("otherTypeOfCouchDB", 403, "forbidden"),
        ("otherHome", 403, "code=403, message=Forbidden"),
    ]:
        assert (seen[what]["status"], seen[what]["error"]) == (status, words)
