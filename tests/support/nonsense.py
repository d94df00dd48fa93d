"""What requests are made of that no client should send: paths, parameters, headers, bodies.

Half of them are made of anything at all; the other half begin as requests of some route, and may
have one thing about them that is odd, so that they are not turned away at the door.
"""

import gzip

DATABASES = [
    "org.example.things",
    "nobody",
    "io.cozy.files",
    "_private",
    "A",
    "a%2Fb",
    "%ff",
    "%C3%A9",
]
NAMES = [
    "x", "known", "_design/d", "_design/", "_design", "_local/c", "_local/", "_local", "_odd",
    "a%2Fb", "%00", "%", "%zz", "..", ".", "%2e%2e%2f", "%E2%80%AE", "x" * 3000, "%ff%fe",
    "%F0%9F%8F%A0",
]  # fmt: skip
ENDINGS = [
    "", "/", "/p", "/p/q", "/_all_docs", "/_all_docs/queries", "/_bulk_docs", "/_bulk_get",
    "/_changes", "/_compact", "/_design_docs", "/_ensure_full_commit", "/_purge", "/_revs_diff",
    "/_revs_limit", "/_security", "/_view_cleanup", "/_purged_infos_limit", "/_missing_revs",
    "/_nothing", "/_find", "/_local_docs", "/_purged_infos", "/_design_docs/queries",
    "/_explain", "/_index", "/_index/_bulk_delete", "/_index/_design/d/json/i", "/_index/d/x/i",
    "/_local_docs/queries", "/_temp_view", "/_search", "/_shards", "/_sync_shards",
    "/_partition/p", "/_design/d/_view/v", "/_design/d/_view/v/queries", "/_design/d/_view/",
    "/_design/d/_info", "/_design/d/_show/s/known", "/_design/d/_update/u", "/_design/d/_list/l/v",
    "/_design/d/_rewrite/x", "/_design/d/_search/x", "/_design/nobody/_view/v", "/_design/d/p",
    "/_compact/d",
]  # fmt: skip
ROOTS = [
    "",
    "/",
    "/_all_dbs",
    "/_uuids",
    "/_up",
    "/_dbs_info",
    "/_db_updates",
    "/_scheduler/jobs",
    "/_scheduler/docs",
    "/_scheduler/docs/_replicator/x",
    "/_scheduler/docs/odd",
    "/_scheduler/jobs/x",
    "/_active_tasks",
    "/_membership",
    "/_replicate",
    "/_search",
    "/_session",
    "/_node/_local/_config",
    "/_node/_local/_config/couchdb",
    "/_node/_local/_config/cors/origins",
    "/_node/nobody/_config",
    "/_users",
    "/_users/org.couchdb.user:x",
    "/_users/_all_docs",
    "/_replicator",
    "/_replicator/_changes",
    "/_utils",
    "/_cluster_setup",
]
METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "COPY", "OPTIONS", "PROPFIND", "TRACE"]
PARAMETERS = {
    "rev": ["1-a", "odd", "", "1-", "99999999999999999999-a", "-1-a", "\u0661-a"],
    "since": ["0", "now", "1-dead", "-1", "x", "9" * 30, "[]", "1e3"],
    "limit": ["0", "1", "-1", "x", "9" * 30, "1.5"],
    "skip": ["0", "-1", "x", "9" * 30],
    "feed": ["normal", "longpoll", "continuous", "live", "odd"],
    "timeout": ["1", "0", "-5", "x"],
    "heartbeat": ["5", "0", "true", "false", "x"],
    "style": ["all_docs", "main_only", "odd"],
    "filter": ["_doc_ids", "_design", "_selector", "_view", "d/f", "odd", ""],
    "view": ["d/v", "odd", ""],
    "doc_ids": ['["x"]', "[", "{}", "null"],
    "include_docs": ["true", "false", "maybe"],
    "attachments": ["true", "maybe"],
    "conflicts": ["true", "1"],
    "descending": ["true", "yes"],
    "revs": ["true", ""],
    "revs_info": ["true", "x"],
    "open_revs": ["all", "[]", '["1-a"]', '["odd"]', "{}", "[1]", "x"],
    "latest": ["true", "x"],
    "keys": ['["x"]', "[1]", "{}", "[", "null", '"x"'],
    "key": ['"x"', "1", "x", "null"],
    "startkey": ['"x"', "{}", "[]", "x", "1"],
    "endkey": ['"x"', "{}", "null", "x"],
    "new_edits": ["true", "false", "x"],
    "atts_since": ['["1-a"]', "[]", "[1]", "x"],
    "batch": ["ok", "x"],
    "states": ["running", ""],
    "n": ["2", "0", "x"],
    "partitioned": ["true", "false", "x"],
    "att_encoding_info": ["true", "x"],
    "update_seq": ["true", "1"],
    "seq_interval": ["2", "0", "-1", "x"],
    "include_docs;skip": ["true;1", ";"],
    "reduce": ["true", "false", "x"],
    "group": ["true", "x"],
    "group_level": ["1", "0", "-1", "exact", "x"],
    "inclusive_end": ["false", "x"],
    "start_key_doc_id": ["x", ""],
    "sorted": ["false", "x"],
    "update": ["true", "lazy", "x"],
    "stale": ["ok", "update_after", "x"],
    "stable": ["true", "x"],
    "callback": ["f", "f(", ""],
    "partition": ["p", ""],
    "q": ["known", '"', "*", "a" * 3000, ""],
    "doctypes": ["org.example.things", ",", ""],
    "bookmark": ["nil", "x", "!!!", "WzAsIngiLDFd", ""],
    "show": ["x"],
    "count": ["0", "5", "1001", "x", "-1"],
}
HEADERS = {
    "Content-Type": [
        "application/json", "text/plain", "multipart/related", 'multipart/related; boundary="z"',
        "multipart/mixed; boundary=", "application/json; charset=latin-1", ";;;", "",
    ],
    "If-Match": ['"1-a"', "odd", "*", ""],
    "If-None-Match": ['"1-a"', "*"],
    "Range": ["bytes=0-1", "bytes=9-1", "bytes=-", "lines=1-2", "bytes=99999999999-"],
    "Accept": ["application/json", "multipart/mixed", "multipart/related", "text/html", "*/*"],
    "Content-MD5": ["AAAA", "!", ""],
    "Last-Event-ID": ["1", "x", "-1"],
    "Destination": [
        "y", "http://elsewhere/x", "", "known?rev=1-a", "y?rev=odd", "y?", "%ff", "_local/y",
        "_odd", "_design/", "a/b/c",
    ],
    "Content-Encoding": ["identity", "x-odd", ""],
    "Accept-Encoding": ["gzip", "identity;q=0", "*", "gzip;q=x", ""],
}  # fmt: skip
NONSENSE = [
    b"", b"{", b"[", b"null", b"7", b'"x"', b"\xff\xfe", b"[]", b'{"docs":7}', b'{"docs":[7]}',
    b'{"docs":[{"_id":7}]}', b'{"docs":[{"_id":"_odd"}]}', b'{"docs":[{"_id":"x","_bad":1}]}',
    b'{"docs":[{"_id":"x","_rev":"odd"}]}', b'{"docs":[{"_id":"x"}],"new_edits":false}',
    b'{"docs":[{"_id":"x","_revisions":{"start":1,"ids":["b","a"]}}],"new_edits":false}',
    b'{"docs":[{"_id":"x","_attachments":{"p":{"data":"*"}}}]}', b'{"docs":null}',
    b'{"_id":""}', b'{"_attachments":{"p":{"stub":true}}}', b'{"_attachments":{"p":7}}',
    b'{"_attachments":[]}', b'{"_deleted":"x"}', b'{"_rev":7}', b'{"a":NaN}', b'{"a":"\\ud800"}',
    b'{"x":["odd"]}', b'{"x":[7]}', b'{"x":7}', b'{"keys":7}', b'{"keys":[7]}', b'{"queries":7}',
    b'{"queries":[{"limit":-1}]}', b'{"doc_ids":7}', b"-1", b"0", b"1e999",
    b"[" * 50_000, b'{"a":' * 50_000,
    b"--z\r\n\r\n", b"--z--",
    b"--z\r\nContent-Type: x\r\n\r\n{\r\n--z--",
    b'--z\r\n\r\n{"_attachments":{"p":{"follows":true,"length":9}}}\r\n--z\r\n\r\nshort\r\n--z--',
    b'--z\r\n\r\n{"_attachments":{"p":{"follows":true,"encoding":"gzip"}}}\r\n--z\r\n\r\nx\r\n--z--',
]  # fmt: skip
SENSIBLE = [
    b"{}",
    b"--z\r\n\r\n{}\r\n--z--",
    b'{"docs":[{"_id":"x"}]}',
    b'{"n":1}',
    b'{"keys":["x"]}',
    b'{"x":["1-a"]}',
]

SELECTORS = [
    b"{}", b'{"n":1}', b'{"n":{"$gt":null}}', b'{"$and":[{"n":1},{"x":{"$exists":false}}]}',
    b'{"n":{"$odd":1}}', b'{"n":{"$in":7}}', b'{"n":{"$mod":[0,0]}}', b'{"n":{"$regex":"(("}}',
    b'{"n":{"$size":"x"}}', b'{"$and":7}', b'{"$not":[]}', b'{"n":{"$elemMatch":7}}', b"[]", b"7",
    b'{"n":{"$type":"odd"}}', b'{"a.b\\\\.c":{"$beginsWith":7}}', b'{"n":{"$text":"x"}}',
    b'{"_id":{"$gte":null}}', b'{"n":' * 300 + b"1" + b"}" * 300,
]  # fmt: skip
BESIDE = [
    b"", b',"limit":2', b',"limit":-1', b',"limit":"x"', b',"skip":-1', b',"sort":["n"]',
    b',"sort":[{"n":"odd"}]', b',"sort":7', b',"fields":["n","a.b"]', b',"fields":[7]',
    b',"fields":[]', b',"use_index":"nobody"', b',"use_index":["d","i","x"]', b',"use_index":7',
    b',"bookmark":"odd"', b',"bookmark":"nil"', b',"bookmark":7', b',"update":"x"', b',"r":"x"',
    b',"conflicts":true', b',"execution_stats":true', b',"stable":7', b',"odd":1',
    b',"allow_fallback":false', b',"limit":' + b"9" * 40,
]  # fmt: skip
QUESTIONS = [b'{"selector":%s%s}' % (one, more) for one in SELECTORS for more in BESIDE]
DEFINITIONS = [
    b'{"index":{"fields":["n"]}}', b'{"index":{"fields":["n"]},"ddoc":"d","name":"i"}',
    b'{"index":{"fields":[{"n":"desc"}]},"type":"json"}', b'{"index":{},"type":"text"}',
    b'{"index":{"fields":[]}}', b'{"index":{"fields":[7]}}', b'{"index":7}', b'{"type":"odd"}',
    b'{"index":{"fields":["n"],"partial_filter_selector":{"n":{"$odd":1}}}}',
    b'{"index":{"fields":["n"]},"ddoc":7}', b'{"index":{"fields":["n"]},"name":""}',
    b'{"index":{"fields":["n","n"]}}', b'{"index":{"fields":["n"]},"ddoc":"_odd"}',
    b'{"index":{"fields":["n"]},"ddoc":"\xff"}', b'{"index":{"fields":["n"]},"w":"x"}',
]  # fmt: skip
REPLICATIONS = [
    b'{"source":"org.example.things","target":"nobody"}',
    b'{"source":"org.example.things","target":"org.example.copy","create_target":true}',
    b'{"source":"nobody","target":"org.example.things"}', b'{"source":7,"target":{}}',
    b'{"source":"org.example.things"}', b'{"source":"ftp://x","target":"x"}',
    b'{"source":"org.example.things","target":"org.example.copy","filter":"odd"}',
    b'{"source":"org.example.things","target":"org.example.copy","doc_ids":7}',
    b'{"source":"org.example.things","target":"org.example.copy","selector":{"n":{"$odd":1}}}',
    b'{"source":"org.example.things","target":"org.example.copy","doc_ids":["known"]}',
    b'{"cancel":true}', b'{"cancel":true,"replication_id":"odd"}', b'{"cancel":7}',
    b'{"source":"http://","target":"http:///"}', b'{"source":"A","target":"%ff"}',
]  # fmt: skip
SEARCHES = [
    b'{"q":"known"}', b'{"q":7}', b'{"q":"\\"x"}', b'{"q":"x","limit":-1}',
    b'{"q":"x","bookmark":7}',
    b'{"q":"x","doctypes":[7]}', b'{"q":"x","doctypes":["nobody"]}', b'{"q":"AND OR NEAR("}',
]  # fmt: skip
LISTS = [
    b"{}", b'{"keys":["known","x"]}', b'{"keys":[1,null,{}]}', b'{"keys":"x"}', b'{"queries":[{}]}',
    b'{"queries":[{"keys":["known"],"skip":-1}]}', b'{"queries":[7]}',
    b'{"queries":[{"limit":"x"}]}',
    b'{"queries":[{"descending":true,"include_docs":true,"key":"known"}]}',
]  # fmt: skip
BULKS = [
    b'{"docs":[{"n":1},{"_id":"y","n":2}]}', b'{"docs":[]}',
    b'{"docs":[{"_id":"known","_rev":"1-a"}]}',
    b'{"docs":[{"_id":"z","_revisions":{"start":3,"ids":["c","b","a"]}}],"new_edits":false}',
    b'{"docs":[{"_id":"z","_revisions":{"start":-1,"ids":["c"]}}],"new_edits":false}',
    b'{"docs":[{"_id":"z","_revisions":{"start":1,"ids":[]}}],"new_edits":false}',
    b'{"docs":[{"_id":"_local/l","n":1},{"_id":"_design/e","views":7}]}',
    b'{"docs":[{"_id":"_design/e","views":{"v":{"map":"function("}}}]}',
    b'{"docs":[{"_id":"y","_deleted":true},{"_id":"y"}],"new_edits":"x"}',
    b'{"docs":[{"_id":"x","_attachments":{"p":{"data":"eA==","content_type":7}}}]}',
    b'{"docs":[{"_id":"x","_attachments":{"_p":{"data":"eA=="}}}]}',
    b'{"docs":[{"_id":"x","_attachments":{"p":{"stub":true,"digest":"md5-x","revpos":-1}}}]}',
]  # fmt: skip
BULK_GETS = [
    b'{"docs":[{"id":"known"}]}', b'{"docs":[{"id":"known","rev":"1-a"},{"id":7},{},7,null]}',
    b'{"docs":[{"id":"known","atts_since":["1-a"]},{"id":"known","atts_since":7}]}', b'{"docs":7}',
]  # fmt: skip
REVISIONS = [
    b"{}", b'{"known":["1-a"]}', b'{"known":["odd"]}', b'{"known":[]}', b'{"known":7}', b"[]",
    b'{"nobody":["1-a","2-b"],"known":["9-' + b"f" * 32 + b'"]}', b'{"":["1-a"]}',
]  # fmt: skip
DOCUMENTS = [
    b'{"n":2}', b"{}", b'{"_id":"x","n":2}', b'{"_id":"other"}', b'{"_rev":"1-a"}', b"[]", b"7",
    b'{"_attachments":{"p":{"data":"eHl6","content_type":"text/plain"}}}',
    b'{"views":{"v":{"map":"function(d){emit(d._id)}"}}}', b'{"views":{"v":{"map":"function("}}}',
    b'{"language":"erlang","views":{"v":{"map":"x"}}}', b'{"validate_doc_update":7}',
    b'{"a":' + b"[" * 900 + b"]" * 900 + b"}", b'{"a":1,"a":2}', b'{"a":' + b"9" * 5000 + b"}",
]  # fmt: skip


def _parts(head: bytes, *bodies: bytes) -> bytes:
    return b"--z\r\n\r\n" + b"\r\n--z\r\n\r\n".join([head, *bodies]) + b"\r\n--z--"


PARTS = [
    _parts(b'{"_attachments":{"p":{"follows":true,"length":3}}}', b"xyz"),
    _parts(b'{"_attachments":{"p":{"follows":true,"length":9}}}', b"xyz"),
    _parts(b'{"_attachments":{"p":{"follows":true,"digest":"md5-odd"}}}', b"xyz"),
    _parts(b'{"_attachments":{"p":{"follows":true,"encoding":"gzip"}}}', gzip.compress(b"xyz")),
    _parts(b'{"_attachments":{"p":{"follows":true},"q":{"follows":true}}}', b"xyz"),
    _parts(b'{"_attachments":{"p":{"follows":7}}}', b"xyz"),
]
JSON, ANY = "application/json", "text/plain"
RELATED = 'multipart/related; boundary="z"'

MEANT = [
    # method, path below the database, content type, bodies
    ("POST", "/_find", JSON, QUESTIONS),
    ("POST", "/_explain", JSON, QUESTIONS),
    ("POST", "/_index", JSON, DEFINITIONS),
    ("GET", "/_index", JSON, [None]),
    ("POST", "/_index/_bulk_delete", JSON, [b'{"docids":["_design/d"]}', b'{"docids":7}', b"{}"]),
    ("DELETE", "/_index/_design/d/json/i", JSON, [None]),
    ("GET", "/_all_docs", JSON, [None]),
    ("POST", "/_all_docs", JSON, LISTS),
    ("POST", "/_all_docs/queries", JSON, LISTS),
    ("GET", "/_design_docs", JSON, [None]),
    ("POST", "/_design_docs/queries", JSON, LISTS),
    ("GET", "/_local_docs", JSON, [None]),
    ("POST", "/_local_docs/queries", JSON, LISTS),
    ("GET", "/_design/d/_view/v", JSON, [None]),
    ("GET", "/_design/d/_view/r", JSON, [None]),
    ("POST", "/_design/d/_view/v", JSON, LISTS),
    ("POST", "/_design/d/_view/r/queries", JSON, LISTS),
    ("GET", "/_design/d/_info", JSON, [None]),
    ("GET", "/_design/d/_show/s/known", JSON, [None]),
    ("GET", "/_design/d/_list/l/v", JSON, [None]),
    ("POST", "/_design/d/_list/l/r", JSON, LISTS),
    ("GET", "/_design/d/_rewrite/odd", JSON, [None]),
    ("POST", "/_design/d/_rewrite/all", JSON, LISTS),
    ("POST", "/_design/d/_update/u", ANY, [None, b"x", b"{"]),
    ("PUT", "/_design/d/_update/u/x", ANY, [None, b"x"]),
    ("PUT", "/_design/e", JSON, DOCUMENTS),
    ("PUT", "/x", JSON, DOCUMENTS),
    ("PUT", "/x", RELATED, PARTS),
    ("GET", "/known", JSON, [None]),
    ("HEAD", "/known", JSON, [None]),
    ("DELETE", "/x", JSON, [None]),
    ("COPY", "/known", JSON, [None]),
    ("POST", "", JSON, DOCUMENTS),
    ("PUT", "/known/p", ANY, [b"xyz"]),
    ("GET", "/held/p", ANY, [None]),
    ("DELETE", "/held/p", ANY, [None]),
    ("PUT", "/_local/c", JSON, DOCUMENTS),
    ("GET", "/_local/c", JSON, [None]),
    ("DELETE", "/_local/c", JSON, [None]),
    ("COPY", "/_local/c", JSON, [None]),
    ("POST", "/_bulk_docs", JSON, BULKS),
    ("POST", "/_bulk_get", JSON, BULK_GETS),
    ("POST", "/_revs_diff", JSON, REVISIONS),
    ("POST", "/_missing_revs", JSON, REVISIONS),
    ("POST", "/_purge", JSON, REVISIONS),
    ("GET", "/_changes", JSON, [None]),
    ("POST", "/_changes", JSON, [b'{"doc_ids":["known"]}', b'{"selector":{"n":1}}', b"{}", b"7"]),
    ("PUT", "/_revs_limit", JSON, [b"1000", b"0", b'"x"', b"1.5", b"9" * 40]),
    ("PUT", "/_purged_infos_limit", JSON, [b"1000", b"0", b'"x"', b"9" * 40]),
    ("PUT", "/_security", JSON, [b"{}", b'{"members":{"names":[]}}', b'{"members":7}', b"[]"]),
    ("POST", "/_search", JSON, SEARCHES),
    ("GET", "/_search", JSON, [None]),
    ("POST", "/_compact", JSON, [None, b"{}"]),
    ("POST", "/_view_cleanup", JSON, [None]),
    ("POST", "/../_replicate", JSON, REPLICATIONS),
]
"""What is meant well, at every route; `..` leads out of the database."""

DESIGN = {
    "views": {
        "v": {"map": "function (d) { emit(d._id, d.n); }"},
        "r": {"map": "function (d) { emit([d.n, d._id], 1); }", "reduce": "_sum"},
    },
    "filters": {"f": "function (d, r) { return d.n !== undefined; }"},
    "shows": {"s": "function (d, r) { return d ? d._id : 'nothing'; }"},
    "updates": {"u": "function (d, r) { return [d, r.body || '']; }"},
    "lists": {"l": "function (h, r) { var row; while (row = getRow()) send(row.key); }"},
    "rewrites": [{"from": "/all", "to": "_view/v"}, {"from": "/odd", "to": "nobody/../x"}],
}
"""The design document `d` that these routes are about."""
