"""Where somebody may be led after signing in: to pages of this home, and nowhere else."""

from yarl import URL

HOME_PAGE = "/"
LOGIN_PAGE = "/auth/login"


def safe_target(wanted: str, origin: str, domain: str) -> str:
    """Return the address to lead on to: `wanted`, or the home page for what is not of this home.

    `origin` is scheme and host as the browser has them, `domain` the home's own name: its
    applications live on names below. The answer is a path, or an address of such an application.
    """
    if not wanted or not wanted.isprintable() or "\\" in wanted:
        return HOME_PAGE
    try:
        url = URL(wanted)
    except ValueError:
        return HOME_PAGE
    if not url.is_absolute():
        path_alone = wanted.startswith("/") and not wanted.startswith("//")
        return _not_in_a_circle(wanted) if path_alone else HOME_PAGE
    if url.scheme not in ("http", "https") or url.user or url.password:
        return HOME_PAGE
    if str(url.origin()) == str(URL(origin)):
        return _not_in_a_circle(str(url.relative()))
    of_application = (url.host or "").endswith("." + domain) and url.scheme == URL(origin).scheme
    return str(url) if of_application else HOME_PAGE


def _not_in_a_circle(path: str) -> str:
    return HOME_PAGE if path.partition("?")[0].rstrip("/") == LOGIN_PAGE else path
