"""The page of a link: what somebody without a home here sees of what was shared."""

import io
import json
import re
import zipfile

import pytest

from tests.support.house import found, house
from tests.support.shared_links import id_of, link_to, links_in, make, page_of, put

ROOT = "io.cozy.files.root-dir"


@pytest.fixture
async def home(tmp_path):
    found(tmp_path)
    async with house(tmp_path) as running:
        yield running


async def test_a_folder_is_walked_and_downloaded_without_scripts(home):
    await make(home, "/Trip")
    await make(home, "/Trip/Day 1")
    await put(home, "/Trip/plan.txt", b"the plan")
    await put(home, "/Trip/Day 1/<b>.txt", b"bold")
    await put(home, "/secret.txt", b"secret")
    _, code = await link_to(home, await id_of(home, "/Trip"))
    status, page, response = await page_of(home, f"/public?sharecode={code}")
    assert status == 200
    assert "script-src" not in response.headers["Content-Security-Policy"]
    assert all(word in page for word in ("Trip", "plan.txt", "8 B"))
    assert "<script" not in page
    below = next(link for link in links_in(page) if "id=" in link and "public?" in link)
    deeper = await id_of(home, "/Trip/Day 1")
    assert deeper in below or await id_of(home, "/Trip/plan.txt") in below
    status, page, _ = await page_of(home, f"/public?sharecode={code}&id={deeper}")
    assert status == 200
    assert "&lt;b&gt;.txt" in page
    download = next(link for link in links_in(page) if link.startswith("/files/download/"))
    async with home.anybody.get(download) as response:
        assert await response.read() == b"bold"
        assert response.headers["Content-Disposition"].startswith("attachment")
    async with home.anybody.get(f"/public/archive?sharecode={code}") as response:
        archive = zipfile.ZipFile(io.BytesIO(await response.read()))
    assert archive.testzip() is None
    assert {name.split("/")[-1] for name in archive.namelist()} >= {"plan.txt", "<b>.txt"}


async def test_a_link_opens_nothing_beside_what_it_names(home):
    await make(home, "/Trip")
    await put(home, "/Trip/plan.txt", b"x")
    await put(home, "/secret.txt", b"secret")
    _, code = await link_to(home, await id_of(home, "/Trip"))
    for beside in (await id_of(home, "/secret.txt"), ROOT, "nothing", "_design/x"):
        for path in ("/public", "/public/archive"):
            status, page, _ = await page_of(home, f"{path}?sharecode={code}&id={beside}")
            assert status == 404
            assert "secret" not in page
            assert "This link is over" in page


async def test_a_file_shows_its_picture_and_says_its_size_in_french(home):
    await put(home, "/photo.jpg", b"\xff\xd8\xff\xe0" + b"x" * 2000, "image/jpeg")
    _, code = await link_to(home, await id_of(home, "/photo.jpg"))
    status, page, _ = await page_of(home, f"/public?sharecode={code}", **{"Accept-Language": "fr"})
    assert status == 200
    assert "<img" in page
    assert "2,0 ko" in page
    assert "Télécharger" in page


async def test_a_password_is_asked_for_and_remembered_by_the_browser(home):
    await put(home, "/plan.txt", b"the plan")
    _, code = await link_to(home, await id_of(home, "/plan.txt"), password="sesame")
    status, page, response = await page_of(home, f"/public?sharecode={code}")
    assert status == 200
    assert "plan.txt" not in page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    cookies = {"_csrf": response.cookies["_csrf"].value}
    for password, expected in (("wrong", 403), ("sesame", 303)):
        form = {"csrf_token": token, "password": password}
        async with home.anybody.post(
            f"/public?sharecode={code}", data=form, cookies=cookies, allow_redirects=False
        ) as answered:
            assert answered.status == expected
            assert "plan.txt" not in await answered.text()
            cookies |= {name: each.value for name, each in answered.cookies.items()}
    async with home.anybody.get(f"/public?sharecode={code}", cookies=cookies) as answered:
        assert "plan.txt" in await answered.text()
    async with home.anybody.get(f"/public/archive?sharecode={code}") as answered:
        assert answered.content_type == "text/html"  # not unlocked in this browser


async def test_a_link_that_ended_or_whose_file_is_thrown_away_says_so(home):
    await put(home, "/plan.txt", b"x")
    file = await id_of(home, "/plan.txt")
    link, code = await link_to(home, file)
    async with home.owner.delete(f"/files/{file}") as response:
        assert response.status == 200
    status, page, _ = await page_of(home, f"/public?sharecode={code}")
    assert status == 404
    assert "This link is over" in page
    async with home.owner.post(f"/files/trash/{file}") as response:
        assert response.status == 200
    assert (await page_of(home, f"/public?sharecode={code}"))[0] == 200
    async with home.owner.delete(f"/permissions/{link}") as response:
        assert response.status == 204
    assert (await page_of(home, f"/public?sharecode={code}"))[0] == 404
    for wrong in ("", "?sharecode=", "?sharecode=abcdefghijkl", "?sharecode=%00"):
        assert (await page_of(home, f"/public{wrong}"))[0] == 404


async def test_other_credentials_are_no_links(home):
    async with home.owner.post(
        "/permissions?codes=a",
        json=json.loads(
            '{"data": {"attributes": {"permissions": {"c": {"type": "io.cozy.contacts"}}}}}'
        ),
    ) as response:
        code = (await response.json())["data"]["attributes"]["shortcodes"]["a"]
    assert (await page_of(home, f"/public?sharecode={code}"))[0] == 404


async def test_a_link_to_what_was_destroyed_or_never_came_says_that_it_is_over(home):
    await put(home, "/plan.txt", b"x")
    file = await id_of(home, "/plan.txt")
    for named in (file, "new-0123"):
        _, code = await link_to(home, named)
        if named == file:
            for path in (f"/files/{file}", f"/files/trash/{file}"):
                async with home.owner.delete(path) as response:
                    assert response.status in (200, 204)
        status, page, _ = await page_of(home, f"/public?sharecode={code}")
        assert status == 404
        assert "This link is over" in page
