"""Names that a home may have: domains as Host headers have them, and addresses as aliases."""

import re
from ipaddress import ip_address

_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)\Z")
_LONGEST = 253


class DomainIllegal(Exception):
    """Text that is no domain name."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def legal_alias(text: str) -> str:
    """Return a further name of a home: a domain, or an address in its usual form.

    Raises DomainIllegal.
    """
    try:
        return str(ip_address(text.strip().strip("[]")))
    except ValueError:
        return legal_domain(text)


def legal_domain(text: str) -> str:
    """Return a domain name as Host headers will have it: lower case, ASCII. Raises DomainIllegal.

    Addresses, ports and paths are no part of a name.
    """
    try:
        domain = text.strip().rstrip(".").encode("idna").decode().lower()
    except UnicodeError as error:
        raise DomainIllegal(text) from error
    labels = domain.split(".")
    if len(domain) > _LONGEST or labels[-1].isdigit() or not all(map(_LABEL.match, labels)):
        raise DomainIllegal(text)
    return domain
