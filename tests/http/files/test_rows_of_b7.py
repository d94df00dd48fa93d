"""Every row of cozy.md B7 has its black-box tests: here is which.

`ROWS` are the rows as the reference has them; each names tests by file and function. A row without
a test fails, a test that is not there fails, and so does a route of `/files` that is in no row.
"""

import ast
import re
from pathlib import Path

import pytest

from server.app import build_app
from server.settings import Settings

HERE = Path(__file__).parent
FILES, READING, WRITING = (
    "files/test_files.py",
    "test_cozy_desktop_reading.py",
    "test_cozy_desktop_writing.py",
)
OTHERS, VIEW = "files/test_other_rows.py", "files/test_device_view.py"

ROWS = {
    "POST /files/ ?Type=directory": [
        (FILES, "test_directories_are_made_one_by_one_or_with_all_above"),
        (FILES, "test_what_cannot_be_made_says_why"),
        (WRITING, "test_folders_and_files_are_made_with_the_dates_of_the_disk"),
    ],
    "POST /files/{id} ?Type=directory": [
        (FILES, "test_a_node_is_renamed_moved_and_amended"),
        (WRITING, "test_a_parent_that_is_gone_or_in_the_trash_is_missing"),
    ],
    "POST /files/{id} ?Type=file": [
        (FILES, "test_a_file_is_made_with_what_the_client_says_of_it"),
        (OTHERS, "test_metadata_may_come_in_the_query"),
        (WRITING, "test_what_was_sent_wrongly_leaves_nothing_and_is_sent_again"),
        (WRITING, "test_where_there_is_no_room_the_client_sees_how_much_there_is"),
    ],
    "PUT /files/{id}": [
        (FILES, "test_new_content_puts_the_old_aside_and_heeds_the_revision"),
        (WRITING, "test_new_content_goes_over_what_the_client_knows_and_over_nothing_else"),
    ],
    "POST /files/upload/metadata": [
        (FILES, "test_what_is_said_before_an_upload_is_on_the_file"),
        (OTHERS, "test_certified_metadata_takes_a_right_of_its_own"),
    ],
    "GET /files/{id}": [(FILES, "test_a_listing_goes_page_by_page")],
    "HEAD /files/{id}": [(OTHERS, "test_a_head_tells_whether_something_is_there")],
    "GET /files/metadata": [(FILES, "test_nothing_is_made_where_there_is_no_directory")],
    "GET /files/{id}/relationships/contents": [(FILES, "test_a_listing_goes_page_by_page")],
    "GET /files/{id}/size": [(FILES, "test_a_listing_goes_page_by_page")],
    "PATCH /files/{id}": [
        (FILES, "test_a_node_is_renamed_moved_and_amended"),
        (WRITING, "test_files_and_folders_are_renamed_and_moved"),
        (WRITING, "test_a_date_before_the_stored_one_is_refused_and_the_greater_is_taken"),
    ],
    "PATCH /files/metadata": [(OTHERS, "test_what_is_named_by_its_path_is_changed")],
    "PATCH /files/": [(FILES, "test_many_are_changed_at_once")],
    "POST /files/{id}/copy": [(FILES, "test_a_copy_takes_a_free_name")],
    "POST /files/_find": [
        (FILES, "test_questions_are_answered_as_objects"),
        (READING, "test_a_directory_that_came_back_is_listed_page_by_page"),
    ],
    "POST /files/_all_docs": [(FILES, "test_questions_are_answered_as_objects")],
    "GET /files/_changes": [
        (FILES, "test_the_feed_tells_paths_and_leaves_out_what_is_not_wanted"),
        (OTHERS, "test_the_feed_takes_its_own_parameters_and_no_others"),
        (READING, "test_the_first_fetch_tells_the_whole_tree_and_nothing_else"),
        (READING, "test_what_a_client_leaves_out_goes_and_comes_back_as_ordinary_changes"),
    ],
    "GET /files/download/{id}": [(FILES, "test_content_is_given_in_parts_and_not_twice")],
    "HEAD /files/download/{id}": [(OTHERS, "test_a_head_tells_whether_something_is_there")],
    "GET /files/download/{id} ?Page=": [(OTHERS, "test_one_page_of_a_document_is_given")],
    "GET /files/download": [(FILES, "test_a_copy_takes_a_free_name")],
    "GET /files/download/{id}/{version}": [
        (FILES, "test_new_content_puts_the_old_aside_and_heeds_the_revision")
    ],
    "POST /files/downloads": [(FILES, "test_a_link_opens_one_file_to_anybody_for_a_while")],
    "GET /files/downloads/{secret}/{name}": [
        (FILES, "test_a_link_opens_one_file_to_anybody_for_a_while"),
        (OTHERS, "test_a_link_leads_to_an_old_version_too"),
    ],
    "POST /files/archive": [
        ("files/test_archives.py", "test_an_archive_holds_folders_and_files_and_twins_apart"),
        ("files/test_archives.py", "test_an_archive_holds_single_pages"),
    ],
    "GET /files/archive/{secret}/{name}": [
        ("files/test_archives.py", "test_an_archive_holds_folders_and_files_and_twins_apart"),
        ("files/test_archives.py", "test_what_may_not_be_read_is_in_no_archive"),
    ],
    "GET /files/{id}/thumbnails/{secret}/{size}": [
        ("files/test_thumbnails.py", "test_odd_files_have_their_picture_or_a_clean_placeholder"),
        ("files/test_thumbnails.py", "test_links_are_signed_and_do_not_last"),
    ],
    "POST /files/{id}/versions": [(OTHERS, "test_other_metadata_makes_a_version")],
    "POST /files/revert/{id}/{version}": [
        (FILES, "test_new_content_puts_the_old_aside_and_heeds_the_revision")
    ],
    "PATCH /files/{id}/{version}": [
        (FILES, "test_new_content_puts_the_old_aside_and_heeds_the_revision")
    ],
    "DELETE /files/{id}/{version}": [
        (FILES, "test_new_content_puts_the_old_aside_and_heeds_the_revision")
    ],
    "DELETE /files/versions": [
        (FILES, "test_new_content_puts_the_old_aside_and_heeds_the_revision")
    ],
    "POST /files/{id}/relationships/referenced_by": [
        (FILES, "test_references_come_and_go"),
        (WRITING, "test_a_move_over_another_file_takes_its_albums_along"),
    ],
    "DELETE /files/{id}/relationships/referenced_by": [(FILES, "test_references_come_and_go")],
    "POST /files/{id}/relationships/not_synchronized_on": [
        (VIEW, "test_a_device_sees_its_own_tree_by_every_question")
    ],
    "DELETE /files/{id}/relationships/not_synchronized_on": [
        (FILES, "test_a_device_sees_no_more_of_what_it_leaves_out_and_removes_none_of_it")
    ],
    "DELETE /files/{id}": [
        (FILES, "test_the_trash_and_back"),
        (WRITING, "test_the_trash_takes_what_the_client_knows_and_is_not_asked_twice"),
    ],
    "GET /files/trash": [(FILES, "test_the_trash_and_back")],
    "DELETE /files/trash": [(FILES, "test_the_trash_and_back")],
    "POST /files/trash/{id}": [(FILES, "test_the_trash_and_back")],
    "DELETE /files/trash/{id}": [
        (FILES, "test_the_trash_and_back"),
        (OTHERS, "test_what_is_destroyed_is_what_was_seen"),
    ],
    "POST /files/shared-drives": [(OTHERS, "test_the_folder_of_shared_drives_is_made_once")],
}

OUR_OWN = {
    "/files/uploads": "files/test_resumable.py",
    "/files/uploads/{upload}": "files/test_resumable.py",
    "/files/{id}/chunks": "files/test_chunks.py",
    "/files/{id}/past": "files/test_past.py",
    "/files/{id}/restore_at": "files/test_past.py",
}
"""Routes that Cozy does not have."""


def functions_of(path):
    tree = ast.parse((HERE.parent / path).read_text())
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, functions)}


@pytest.mark.parametrize("row", ROWS)
def test_each_row_has_tests_that_are_there(row):
    assert ROWS[row]
    for path, name in ROWS[row]:
        assert name.startswith("test_")
        assert name in functions_of(path), f"{row}: no {name} in {path}"


def test_each_route_is_in_a_row(tmp_path):
    app = build_app(Settings(dir=tmp_path), [])
    routes = {
        (route.method, route.resource.canonical)
        for route in app.router.routes()
        if route.resource and re.match(r"/files(/|$)", route.resource.canonical)
    }
    assert len(routes) > 30
    known = {tuple(row.split()[:2]) for row in ROWS}
    heads = {("HEAD", path) for method, path in known if method == "GET"}
    unknown = {row for row in routes - known - heads if row[1] not in OUR_OWN}
    assert unknown == set()
    assert known - routes == set()
