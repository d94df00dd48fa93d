"""What of a link's page anybody may ask, with the reason."""

PUBLIC_ROUTES = {
    ("GET", "/public"): "the page of a link: its code is in the address, and asked there",
    ("POST", "/public"): "the password of a link, slowly checked; form token",
    ("GET", "/public/archive"): "the same as an archive",
    ("POST", "/public/drop"): "files for a folder: the link's code, and its right; form token",
}
