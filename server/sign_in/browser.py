"""What a User-Agent header says to a person: which browser, on which system (RFC 9110 10.1.5)."""

_BROWSERS = (
    *(("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet")),
    *(("Firefox/", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome/", "Chrome")),
    *(("Safari/", "Safari"), ("curl/", "curl")),
)
_SYSTEMS = (
    *(("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iPadOS"), ("Windows", "Windows")),
    *(("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")),
)


def browser_of(user_agent: str) -> str:
    """Return the browser's name; empty for one that we do not know."""
    return next((name for mark, name in _BROWSERS if mark in user_agent), "")


def system_of(user_agent: str) -> str:
    """Return the system's name; empty for one that we do not know."""
    return next((name for mark, name in _SYSTEMS if mark in user_agent), "")


def described(user_agent: str) -> str:
    """Return both, as in `Firefox, Linux`; the header itself, cut, where neither is known."""
    known = [name for name in (browser_of(user_agent), system_of(user_agent)) if name]
    return ", ".join(known) or user_agent[:40]
