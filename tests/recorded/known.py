"""Where this server answers otherwise than the one that was recorded, and why."""

FEWER_SEQUENCES = "CouchDB leaves out sequences between intervals to spare work; here each is told"

RANGES = "CouchDB keeps text compressed and cannot answer ranges of it; here all are answered"
COMPRESSED_DIGEST = "CouchDB's digest is that of the compressed text"

KNOWN = {
    "nano-attachments-couchdb": {
        r"GET .*\.txt.* header/accept-ranges: 'none' was recorded, now 'bytes'": (RANGES),
        r"GET .*\.txt.* header/etag: '\"[\w+/]+=*\"' was recorded, now '\"[\w+/]+=*\"'": (
            COMPRESSED_DIGEST
        ),
        r"/_attachments/.*\.txt/digest: ": "the same digest",
        r"GET .*/doc\?attachments=true /(0/1/1/_attachments/t\.txt|1)/": (
            "CouchDB sends text compressed as it keeps it, and says so"
        ),
    },
    "nano-changes-couchdb": {
        r"filter=_design /pending: '6' was recorded, now '0'": (
            "CouchDB looks up design documents and counts all else as pending, though none is"
        ),
        r"seq_interval=20 /results/\d+/seq: 'None' was recorded, now '\d+-": FEWER_SEQUENCES,
    },
    "nano-databases-couchdb": {
        r"PUT /Nano%20Shouts /reason: ": "names of databases may have dots here, as doctypes do",
    },
    "pouchdb-couchdb": {
        r"_changes\?.*since=0&limit=\d+ /results/\d+/(id|seq|changes/0/rev): ": (
            "CouchDB writes the documents of a batch by their ids, here they keep their order"
        ),
        r"filter=_doc_ids&since=0&limit=25 /pending: '13' was recorded, now '0'": (
            "CouchDB looks up the documents and counts all else as pending, though none is"
        ),
        r"GET .*/note\.txt header/accept-ranges: 'none' was recorded, now 'bytes'": RANGES,
        r"GET .*/note\.txt header/etag: '\"[\w+/]+=*\"' was recorded, now '\"[\w+/]+=*\"'": (
            COMPRESSED_DIGEST
        ),
        r"/_attachments/note\.txt/digest: ": "the same digest",
    },
    "rxdb-couchdb": {
        r"seq_interval=7 /results/\d+/seq: 'None' was recorded, now '\d+-": FEWER_SEQUENCES,
    },
}
