import pytest

from server.office.settings import OfficeSettings
from server.settings import Settings, SettingsInvalid, language, load_settings

SECRET = "s" * 32


def load(tmp_path, *, file=None, env=None, **chosen):
    if file is not None:
        (tmp_path / "foyer.toml").write_text(file)
    return load_settings(chosen={"dir": tmp_path, **chosen}, environment=env or {})


def test_nothing_said_is_the_defaults(tmp_path):
    assert load(tmp_path) == Settings(dir=tmp_path)


def test_the_command_line_comes_before_the_environment_before_the_file(tmp_path):
    file = 'port = 1\nhost = "file"\nadmin = "file:1"\n'
    env = {"FOYER_PORT": "2", "FOYER_HOST": "env"}
    settings = load(tmp_path, file=file, env=env, port=3)
    assert (settings.port, settings.host, settings.admin) == (3, "env", "file:1")


def test_an_option_not_given_says_nothing(tmp_path):
    assert load(tmp_path, env={"FOYER_PORT": "2"}, port=None).port == 2


def test_the_folder_of_the_environment_has_the_file(tmp_path):
    (tmp_path / "foyer.toml").write_text("port = 7")
    env = {"FOYER_DIR": str(tmp_path)}
    assert load_settings(environment=env).port == 7


def test_a_named_file_is_read_and_may_name_the_folder(tmp_path):
    named = tmp_path / "some.toml"
    named.write_text(f'dir = "{tmp_path / "home"}"')
    assert load_settings(config=named, environment={}).dir == tmp_path / "home"
    assert load_settings(environment={"FOYER_CONFIG": str(named)}).dir == tmp_path / "home"


def test_a_named_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(SettingsInvalid, match=r"none\.toml"):
        load_settings(config=tmp_path / "none.toml", environment={})


def test_the_office_section(tmp_path):
    file = f'[office]\nserver = "https://o.example"\nsecret = "{SECRET}"\n'
    settings = load(tmp_path, file=file, env={"FOYER_OFFICE_STALL_TIMEOUT": "5"})
    assert settings.office == OfficeSettings("https://o.example", SECRET, stall_timeout=5.0)


def test_proxies_in_the_environment_have_commas_between(tmp_path):
    env = {"FOYER_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8"}
    assert load(tmp_path, env=env).trusted_proxies == ("127.0.0.1", "10.0.0.0/8")


def test_variables_of_the_tests_and_of_others_are_none_of_ours(tmp_path):
    env = {"FOYER_TESTS_NO_SKIP": "1", "PATH": "/bin", "FOYERX": "1"}
    assert load(tmp_path, env=env) == Settings(dir=tmp_path)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("prot = 1", "prot: no setting has this name; did you mean port?"),
        ("[ofice]\nserver = 1", "did you mean office?"),
        ("[office]\nsevrer = 1", "office.sevrer: no setting has this name; did you mean server?"),
        ("zzz = 1", "there are host, port, dir"),
        ('port = "80"', "port: Expected `int`, got `str`"),
        ("port = 70000", "port: 70000 is no port"),
        ("idle_seconds = 0", "idle_seconds: must be above 0"),
        ("max_feeds = 0", "max_feeds: must be 1 or more"),
        ('log_format = "xml"', "log_format: Invalid enum value 'xml'"),
        ('trusted_proxies = ["a"]', "trusted_proxies: 'a' does not appear"),
        ('admin = "6060"', "admin: expected host:port or off"),
        ('admin = "localhost:x"', "admin: expected host:port or off"),
        ('admin = "localhost:70000"', "admin: 70000 is no port"),
        ("office = 1", "office: is a section"),
        ('[office]\nserver = "https://o"', "office.secret: is needed"),
        ('couchdb_url = "couch:5984"', "couchdb_url: is not an http or https address"),
        ('[s3]\nendpoint = "https://o"', "s3.bucket: is needed"),
        ('[s3]\nbucket = ""', "s3.bucket: must not be empty"),
        ('[s3]\nbucket = "b"\nendpoint = "o"', "s3.endpoint is not an http or https address"),
        ('[s3]\nbucket = "b"\naccess_key = "k"', "one needs the other"),
        (f'[office]\nserver = "o"\nsecret = "{SECRET}"', "office.server is not an http"),
        ('[office]\nserver = "https://o"\nsecret = "short"', "shorter than 32 bytes"),
        ('owner_password = "x"', "belongs in FOYER_OWNER_PASSWORD only"),
        ("port = ", "foyer.toml: Invalid value"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(tmp_path, file, said):
    with pytest.raises(SettingsInvalid) as refused:
        load(tmp_path, file=file)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("FOYER_PROT", "1", "FOYER_PROT: no setting has this name; did you mean FOYER_PORT?"),
        ("FOYER_PORT", "x", "FOYER_PORT: Expected `int`, got `str`"),
        ("FOYER_OFFICE_SEVRER", "x", "did you mean FOYER_OFFICE_SERVER?"),
    ],
)
def test_a_wrong_variable_is_named(tmp_path, variable, value, said):
    with pytest.raises(SettingsInvalid) as refused:
        load(tmp_path, env={variable: value})
    assert said in str(refused.value)


def test_no_secret_shows_when_settings_are_printed(tmp_path):
    file = f'[office]\nserver = "https://o.example"\nsecret = "{SECRET}"\n'
    settings = load(tmp_path, file=file, env={"FOYER_OWNER_PASSWORD": "very secret"})
    assert settings.owner_password == "very secret"
    assert SECRET not in repr(settings)
    assert "very secret" not in repr(settings)


@pytest.mark.parametrize(
    ("admin", "address"),
    [("off", None), ("127.0.0.1:6060", ("127.0.0.1", 6060)), ("[::1]:1", ("::1", 1))],
)
def test_the_admin_address(tmp_path, admin, address):
    assert Settings(dir=tmp_path, admin=admin).admin_address == address


@pytest.mark.parametrize(
    ("env", "chosen"),
    [
        ({}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "C", "LC_MESSAGES": "fr_BE"}, "fr"),
        ({"LANG": "de_DE", "LC_ALL": ""}, "en"),
    ],
)
def test_the_operators_language(env, chosen):
    assert language(env) == chosen
