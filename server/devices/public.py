"""Which routes for devices need no login, and why."""

PUBLIC_ROUTES = {
    ("POST", "/auth/device_authorization"): "a device asks to be let in; how fast is limited",
    ("POST", "/auth/device/token"): "asks for the code that the device was given",
    **{
        (method, f"{prefix}/login/v2{rest}"): reason
        for prefix in ("/index.php", "")
        for method, rest, reason in (
            ("POST", "", "a program asks to be let in; how fast is limited"),
            ("POST", "/poll", "asks for the token that the program was given"),
            ("GET", "/flow/{code}", "a redirect to the page that asks who it is"),
        )
    },
}
