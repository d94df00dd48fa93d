"""Why something is not permitted, or no permission, as facts."""


class RuleIllegal(Exception):
    """Text or JSON that is no rule; the message says which part."""


class PermissionDenied(Exception):
    """What was shown does not allow this verb on this document, or on this whole type."""

    def __init__(self, verb: str, doctype: str, document_id: str | None = None) -> None:
        super().__init__(f"{verb} {doctype}" + (f"/{document_id}" if document_id else ""))
        self.verb = verb
        self.doctype = doctype
        self.document_id = document_id


class DoctypeReserved(Exception):
    """A type of documents that nobody reads, or writes, but by the doors made for it."""

    def __init__(self, doctype: str, how: str) -> None:
        super().__init__(f"reserved doctype {doctype} {how}")
        self.doctype = doctype
        self.how = how


class LargerPermissions(Exception):
    """Somebody would hand on more than they may do themselves; the words are Cozy's."""

    def __init__(self) -> None:
        super().__init__("Attempt to create a larger permission set")
