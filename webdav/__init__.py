"""WebDAV (RFC 4918 and family) as a library: a DavRequest in, a DavResponse out.

It knows no web framework and no particular store of files: `message` is what a server exchanges
with it, `model.backend` what a store of files must offer, `handler` joins the two.
"""
