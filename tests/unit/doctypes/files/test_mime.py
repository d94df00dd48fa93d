import pytest

from doctypes.files.mime import class_of, guessed_mime, mime_of

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("name", "mime", "kind"),
    [
        ("a.docx", WORD, "text"),
        ("a.ODS", "application/vnd.oasis.opendocument.spreadsheet", "spreadsheet"),
        ("a.pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation",
         "slide"),
        ("a.pdf", "application/pdf", "pdf"),
        ("a.JPG", "image/jpeg", "image"),
        ("a.flac", "audio/flac", "audio"),
        ("a.webm", "video/webm", "video"),
        ("a.txt", "text/plain", "text"),
        ("a.py", "text/x-python", "code"),
        ("a.js", "text/javascript", "code"),
        ("a.tar.gz", "application/gzip", "zip"),
        ("a.url", "application/internet-shortcut", "shortcut"),
        ("a.exe", "application/x-msdownload", "binary"),
        ("a.cozy-note", "text/vnd.cozy.note+markdown", "text"),
        ("a.nobody", "application/octet-stream", "files"),
        ("Makefile", "application/octet-stream", "files"),
        (".png", "application/octet-stream", "files"),
    ],
)  # fmt: skip
def test_the_extension_tells_type_and_class(name, mime, kind):
    assert guessed_mime(name) == mime
    assert class_of(mime) == kind


@pytest.mark.parametrize(
    ("said", "mime"),
    [
        (None, "application/pdf"),
        ("", "application/pdf"),
        ("application/octet-stream", "application/pdf"),
        ("Text/HTML; charset=utf-8", "text/html"),
    ],
)
def test_what_was_said_counts_if_it_says_something(said, mime):
    assert mime_of("a.pdf", said) == mime
