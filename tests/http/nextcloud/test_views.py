"""Their programs see what the device's profile shows, and are told what they may not do."""

from tests.http.test_dav_views import ask, device, home, seen, walk  # noqa: F401  # a fixture

MOUNT = "/remote.php/dav/files/owner"
ONLY_WORK = {"mode": "include", "rules": [{"path": "/Documents/Work"}]}
PERMISSIONS = (
    b'<propfind xmlns="DAV:" xmlns:oc="http://owncloud.org/ns"><prop><oc:permissions/></prop>'
    b"</propfind>"
)


async def test_a_profile_holds_at_their_addresses_too(home):  # noqa: F811
    _, phone = await device(home, **ONLY_WORK)
    shown = ["/Documents/", "/Documents/Work/", "/Documents/Work/c.txt"]
    assert await seen(home, phone, MOUNT) == shown
    assert (await walk(home, phone, MOUNT))["/"] != (await walk(home, None, MOUNT))["/"]
    await ask(home, "PUT", f"{MOUNT}/Photos/x.jpg", phone, 409, data=b"x")


async def test_a_device_that_reads_only_is_told_so(home):  # noqa: F811
    _, phone = await device(home, read_only=True)
    sent = {"headers": {"Depth": "0"}, "data": PERMISSIONS}
    _, text, _ = await ask(home, "PROPFIND", f"{MOUNT}/e.txt", phone, 207, **sent)
    assert "<oc:permissions>G</oc:permissions>" in text
    await ask(home, "DELETE", f"{MOUNT}/e.txt", phone, 403)
    await ask(home, "MKCOL", "/remote.php/dav/uploads/owner/1", phone, 403)
