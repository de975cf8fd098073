"""Secrets in Python source, whatever they are given to and however they are written."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage_ext.redaction.policy import RedactionPolicy
from tests.redaction.secrets_by_family import ALL, PRIVATE_KEY

POLICY = RedactionPolicy(environment={})
FORMS = [
    "password = {}",
    "self.api_key = {}",
    "token: str = {}",
    "user, password = 'me', {}",
    "secret += {}",
    "print(token := {})",
    "os.environ['DB_PASSWORD'] = {}",
    "os.environ.setdefault('API_TOKEN', {})",
    "os.environ.update(DB_PASSWORD={})",
    "monkeypatch.setenv('API_TOKEN', {})",
    "os.getenv('API_TOKEN', {})",
    "connect(host='h', password={})",
    "pd.read_csv('s3://b/x', storage_options={{'key': 'a', 'secret': {}}})",
    "{{'headers': [('Authorization', {})]}}",
    "requests.get(u, auth=('me', {}))",
    "HTTPBasicAuth('me', {})",
    "client.set_password({})",
    "SecretStr({})",
    "token = base64.b64decode({})",
    "token = make(x, {}) if prod else None",
    "token = lambda: {}",
    "if password == {}: pass",
    "def f(host='h', *, password={}): pass",
    "class Config:\n    client_secret = {}",
    "subprocess.run(['tool', '--password', {}])",
    "# password: {}",
    "%env API_TOKEN={}",
    "!curl --password {} http://h",
]  # fmt: skip
SPELLINGS = ['"{}"', "'{}'", 'r"{}"', 'f"{}"', 'b"{}"', "('{}')"]


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("form", FORMS)
def test_every_form_in_every_spelling(form: str, spelling: str) -> None:
    """The secret has no shape of its own: only what it is given to tells that it is one."""
    source = f"x = 1\n{form.format(spelling.format('hunter2, k1tten'))}\ny = 2\n"
    shown = POLICY.source(source)
    assert "hunter2" not in shown
    assert "k1tten" not in shown
    assert shown.startswith("x = 1\n")
    assert shown.endswith("\ny = 2\n")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ('token = os.environ["API_TOKEN"]', 'token = os.environ["API_TOKEN"]'),
        ('token = getpass.getpass("Token: "); x = "y"', 'token = getpass.getpass("Token: "); x = "y"'),
        ('df[["token", "count"]]', 'df[["token", "count"]]'),
        ('"password" in df.columns', '"password" in df.columns'),
        ('df["password"].str.len() > 8', 'df["password"].str.len() > 8'),
        ("token = None; password = ''", "token = None; password = ''"),
        ('f(max_tokens=512, sort_keys=True, key="id")', 'f(max_tokens=512, sort_keys=True, key="id")'),
        ('password = """two\nlines"""\nx = 1', 'password = """***\n"""\nx = 1'),
        ("password = ('a'\n  'b')\nx = 1", "password = ('***' \\\n)\nx = 1"),
        ("u = 'postgresql://me:' 'hunter2@h/d'", "u = '***'"),
        (f"key = '''{PRIVATE_KEY}'''", "key = '''***\n\n\n'''"),
        ("password = 'ä' + 'ö'; z = 'ü'", "password = '***' + '***'; z = 'ü'"),
        ("%env TOKEN=abc\n!echo $TOKEN\npassword = 'x'\ndf.head?",
         "%env TOKEN=***\n!echo $TOKEN\npassword = '***'\ndf.head?"),
        ("password = 'never closed\nx = 1", "password = '***\nx = 1"),
    ],
)  # fmt: skip
def test_the_rest_stays_as_it_is(source: str, shown: str) -> None:
    """Names of secrets and places they are looked up at stay; so do lines and the other code."""
    assert POLICY.source(source) == shown


@given(st.sampled_from(ALL), st.sampled_from(FORMS), st.sampled_from(SPELLINGS))
def test_what_parsed_parses(token: str, form: str, spelling: str) -> None:
    """Masked code is code, line by line."""
    source = form.format(spelling.format(token))
    shown = POLICY.source(source)
    assert token not in shown
    assert shown.count("\n") == source.count("\n")
    if not source.startswith(("%", "!")):
        ast.parse(source)
        ast.parse(shown)


def test_the_compiler_warns_of_nothing(recwarn: pytest.WarningsRecorder) -> None:
    r"""The user has been told of his ``"\d"`` once."""
    assert POLICY.source(r"""password = "\d+x"; y = "\w" """) == r"""password = "***"; y = "\w" """
    assert not recwarn
