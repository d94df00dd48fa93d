"""Moves, destinations, locks and names, each probe named after who complained or would."""

import pytest

from tests.support.prober import DAV, MOUNT


def tree(probe, *names):
    for name in names:
        if name.endswith("/"):
            assert probe.ask("MKCOL", name).status == 201
        else:
            probe.put(name, name.encode())


def test_nginx_moved_a_folder_into_itself_and_destroyed_it(probe):
    tree(probe, "c/", "c/a", "c/d/")
    for method in ("MOVE", "COPY"):
        for inside in ("c/d/c", "c/new", "c"):
            answered = probe.ask(method, "c/", f"Destination: {probe.folder}/{inside}")
            assert answered.status == 403
    assert probe.listing("c/") == ["a", "d/"]
    assert probe.content("c/a") == b"c/a"


def test_copyparty_moved_a_file_onto_itself_and_deleted_it(probe):
    tree(probe, "a")
    for destination in ("a", "a/", "./a", "%61"):
        answered = probe.ask("MOVE", "a", f"Destination: {probe.folder}/{destination}")
        assert answered.status == (400 if destination == "./a" else 403)
    assert probe.content("a") == b"a"


def test_folder_moved_onto_what_holds_it_stays(probe):
    tree(probe, "c/", "c/d/", "c/d/a")
    assert probe.ask("MOVE", "c/d", f"Destination: {probe.folder}/c").status == 403
    assert probe.content("c/d/a") == b"c/d/a"


@pytest.mark.parametrize("method", ["DELETE", "MOVE"])
def test_folder_that_holds_a_locked_file_stays_whole(probe, method):
    """Six of nine peers delete it, lock and all; WsgiDAV deletes half."""
    tree(probe, "c/", "c/a", "c/d/", "c/d/b", "c/z")
    token = probe.lock("c/d/b")
    field = f"Destination: {probe.folder}/e"
    answered = probe.ask(method, "c", field)
    assert answered.status == 423
    named = answered.xml.find(f"{DAV}lock-token-submitted/{DAV}href")
    assert named.text == f"{probe.folder}/c/d/b"
    assert probe.listing("c/") == ["a", "d/", "z"]
    tagged = f"If: <{probe.folder}/c/d/b> ({token})"
    assert probe.ask(method, "c", field, tagged).status in {201, 204}
    assert "c/" not in probe.listing()


def test_copy_onto_a_folder_that_holds_a_locked_file_changes_nothing(probe):
    tree(probe, "new/", "new/a", "c/", "c/b")
    probe.lock("c/b")
    answered = probe.ask("COPY", "new", f"Destination: {probe.folder}/c")
    assert answered.status == 423
    assert probe.listing("c/") == ["b"]


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("Infinite, Second-4100000000", 604_800),
        ("Second-4100000000", 604_800),
        ("Second-99999999999999999999", 604_800),
        ("Infinite", 604_800),
        ("Second-600", 600),
        ("Second-1", 180),
        ("Extend", 3600),
    ],
)
def test_lighttpd_span_for_ever_over_the_timeout_of_rfc_4918(probe, asked, seconds):
    """rclone and Go grant 0 seconds, so that the lock dies at once."""
    tree(probe, "a")
    answered = probe.ask("LOCK", "a", f"Timeout: {asked}", body=LOCKINFO)
    told = answered.xml.findtext(f".//{DAV}timeout")
    assert seconds - 2 <= int(told.removeprefix("Second-")) <= seconds


LOCKINFO = (
    b'<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope>'
    b"<D:locktype><D:write/></D:locktype></D:lockinfo>"
)


def test_lock_tells_its_root_and_its_token(probe):
    """Apache leaves out lockroot; many forget the Lock-Token of a refresh."""
    answered = probe.ask("LOCK", "new", "Depth: 0", body=LOCKINFO)
    assert answered.status == 201
    assert answered.xml.findtext(f".//{DAV}lockroot/{DAV}href") == f"{probe.folder}/new"
    token = answered.headers["lock-token"]
    assert f"<{answered.xml.findtext(f'.//{DAV}locktoken/{DAV}href')}>" == token
    again = probe.ask("LOCK", "new", f"If: ({token})", "Timeout: Second-200")
    assert (again.status, again.headers["lock-token"]) == (200, token)


def test_old_windows_unlocks_without_brackets(probe):
    token = probe.lock("a")
    assert probe.ask("UNLOCK", "a", f"Lock-Token: {token.strip('<>')}").status == 204


def test_tls_proxy_makes_destinations_of_another_scheme(probe):
    """The most repeated complaint: wsgidav#183, hacdias/webdav#193, traefik#4816, floccus#2302."""
    tree(probe, "a")
    place = f"127.0.0.1:{probe.home.port}{probe.folder}"
    assert probe.ask("MOVE", "a", f"Destination: https://{place}/b").status == 201
    proxied = f"Destination: https://cloud.example{probe.folder}/c"
    told = probe.ask("MOVE", "b", proxied, "X-Forwarded-Host: cloud.example")
    assert told.status == 201
    forwarded = 'Forwarded: for=1.2.3.4;host="cloud.example";proto=https'
    assert probe.ask(
        "MOVE", "c", f"Destination: http://cloud.example:80{probe.folder}/d", forwarded
    )
    assert probe.listing() == ["d"]


@pytest.mark.parametrize("place", ["http://elsewhere.example{}/b", "https://elsewhere.example/b"])
def test_destination_on_another_host_is_not_ours(probe, place):
    """Five of nine peers take it for their own, and answer 201."""
    tree(probe, "a")
    assert probe.ask("COPY", "a", f"Destination: {place.format(probe.folder)}").status == 502
    assert probe.listing() == ["a"]


def test_destination_may_be_a_path(probe):
    """Apache answers 400."""
    tree(probe, "a")
    assert probe.ask("COPY", "a", f"Destination: {probe.folder}/b").status == 201
    for bad in ("b", "", "?x", "//", "http://[", f"{probe.folder}/x#y", "/couchdb/x"):
        assert probe.ask("COPY", "a", f"Destination: {bad}").status in {400, 502}
    assert probe.ask("COPY", "a").status == 400
    assert probe.listing() == ["a", "b"]


def test_explorer_and_finder_rename_folders_without_a_slash(probe):
    """nginx 400, Apache 301, lighttpd 308: rename fails. Never a redirect."""
    tree(probe, "c/", "c/a")
    assert probe.ask("MOVE", "c", f"Destination: {probe.folder}/d").status == 201
    assert probe.ask("MOVE", "d/", f"Destination: {probe.folder}/e/").status == 201
    assert probe.ask("PROPFIND", "e", "Depth: 0").status == 207
    assert probe.ask("DELETE", "e").status == 204


def test_zotero_and_joplin_save_by_a_rename_over_the_file(probe):
    tree(probe, "a", "tmp")
    put = probe.put("tmp", b"new")
    answered = probe.ask("MOVE", "tmp", f"Destination: {probe.folder}/a", "Overwrite: T")
    assert (answered.status, answered.headers["etag"]) == (204, put.headers["etag"])
    assert probe.content("a") == b"new"
    assert probe.listing() == ["a"]
    tree(probe, "tmp")
    refused = probe.ask("MOVE", "tmp", f"Destination: {probe.folder}/a", "Overwrite: F")
    assert (refused.status, probe.content("a")) == (412, b"new")


def test_webdav_on_nginx_deleted_what_a_fragment_named(probe):
    tree(probe, "a")
    assert probe.ask("DELETE", "a#part").status == 400
    assert probe.content("a") == b"a"


ODD = [
    *(".hidden", "CON", "nul.txt", "a%25b", "a%23b", "a%3Fb", "a%2Bb", "a%20b", "%20a"),
    *("trailing.", "trailing%20", "..a", "...", "a%5Cb", "a%3Ab", "a%22b", "a%27b", "%3Ca%3E"),
    *("a%26amp%3Bb", "%F0%9F%8E%89", "%E2%80%A8", "%E0%A4%95%E0%A5%8D", "%C3%A9", "a%7Cb"),
    *("x" * 250, "Thumbs.db", "~%24a.docx", "%2A", "a;b=c", "a@b", "desktop.ini", "%EF%BB%BFa"),
]  # fmt: skip


def test_odd_names_are_kept_listed_and_read_back(probe):
    """nginx hides dot files and fails at 250 letters; chezdav loses `a%b`."""
    for name in ODD:
        assert probe.ask("PUT", name, body=name.encode()).status == 201, name
    listed = probe.listing()
    assert len(listed) == len(ODD)
    assert sorted(probe.content(name).decode() for name in listed) == sorted(ODD)
    for name in listed:
        assert probe.ask("DELETE", name).status == 204
    assert probe.listing() == []


def test_names_of_finder_are_those_of_everybody_else(probe):
    """macOS spells letters with accents in two parts; it is one name, kept as it came first."""
    probe.put("u%CC%88", b"x")
    assert probe.content("%C3%BC") == b"x"
    assert probe.ask("PUT", "%C3%BC", body=b"y").status == 204
    assert len(probe.listing()) == 1


def test_windows_xp_sends_latin_1(probe):
    probe.put("caf%C3%A9", b"x")
    assert probe.content("caf%E9") == b"x"


ESCAPES = [
    *("..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "../../etc/passwd", "a%00b"),
    *("..%5c..%5cetc%5cpasswd", "%252e%252e%252fetc", "....//etc/passwd"),
    "%c0%ae%c0%ae/etc/passwd",
]  # fmt: skip


@pytest.mark.parametrize("name", ESCAPES)
@pytest.mark.parametrize("method", ["GET", "PUT", "PROPFIND", "MOVE"])
def test_no_path_leads_out(probe, method, name):
    tree(probe, "a")
    before = {path for path in probe.home.folder.parent.rglob("*") if "passwd" in path.name}
    path, field = f"{MOUNT}/{name}", "X: y"
    if method == "MOVE":
        path, field = f"{probe.folder}/a", f"Destination: {MOUNT}/{name}"
    answered = probe.ask(method, path, field, body=b"" if method != "PUT" else b"x")
    assert answered.status in {201, 204, 207, 400, 403, 404, 409, 502}
    assert b"root:" not in answered.body
    after = {path for path in probe.home.folder.parent.rglob("*") if "passwd" in path.name}
    assert after == before


def test_links_in_the_data_folder_lead_nowhere(probe):
    """Apache, nginx and four more follow symbolic links out of the root; here none is a name."""
    secret = probe.home.folder.parent / "secret.txt"
    secret.write_text("secret")
    for folder in [one for one in probe.home.folder.rglob("*") if one.is_dir()]:
        (folder / "link.txt").symlink_to(secret)
    for name in ("link.txt", f"{MOUNT}/link.txt", f"{MOUNT}/blobs/link.txt"):
        assert probe.ask("GET", name).status == 404
    for link in list(probe.home.folder.rglob("link.txt")):
        link.unlink()


def test_locks_survive_a_restart(probe):
    tree(probe, "a")
    token = probe.lock("a", "Timeout: Second-3600")
    probe.home.kill()
    probe.home.start()
    assert probe.ask("PUT", "a", body=b"y").status == 423
    assert probe.ask("LOCK", "a", body=LOCKINFO).status == 423
    assert probe.ask("PUT", "a", f"If: ({token})", body=b"y").status == 204
    probe.unlock("a", token)
    probe.home.kill()
    probe.home.start()
    assert probe.ask("PUT", "a", body=b"z").status == 204
