"""The system that a browser says it runs on, as people call it; for the list of devices."""

_NAMED = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def system_of(user_agent: str) -> str:
    """Return the system in a User-Agent header; empty for one that names none we know."""
    return next((name for part, name in _NAMED if part in user_agent), "")
