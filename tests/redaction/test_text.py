"""Secrets in texts: error messages, URIs, SQL, connection strings, headers, shell lines."""

from __future__ import annotations

import base64
from collections.abc import ItemsView, Iterator
from typing import Any

import pytest

from lineage_ext.redaction import cut
from lineage_ext.redaction.policy import RedactionPolicy
from lineage_ext.redaction.tokens import FAMILIES
from tests.redaction.secrets_by_family import ALL, EXAMPLES, PRIVATE_KEY, some

POLICY = RedactionPolicy(environment={})


def test_every_family_has_an_example() -> None:
    """A family nobody has tried isn't known to work."""
    assert EXAMPLES.keys() == FAMILIES.keys()


@pytest.mark.parametrize(
    "around", ["{}", "x {} y", "'{}'", '"{}"', "a={};", "/path/{}/x", "line\\n{}", "({})", "x,{},y"]
)
@pytest.mark.parametrize("token", ALL)
def test_tokens_are_known_by_their_shape(token: str, around: str) -> None:
    """Wherever they stand, and whatever they are called: only what comes before a webhook's secret part is left."""
    shown = POLICY.text(around.format(token))
    assert token not in shown
    assert token[-12:] not in shown


USER_AND_PASSWORD = base64.b64encode(b"me:hunter2").decode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("password='hunter2' x", "password='***' x"),
        ("DB_PASSWORD=hunter2 X=1", "DB_PASSWORD=*** X=1"),
        ('{"password": "a\\"b", "x": 1}', '{"password": "***", "x": 1}'),
        ('say {\\"token\\": \\"hunter2\\"} x', 'say {\\"token\\": \\"***\\"} x'),
        ("Server=h;User Id=me;Password=p,w{d} x;Database=d", "Server=h;User Id=me;Password=***;Database=d"),
        ("Server=h;PWD=hunter2", "Server=h;PWD=***"),
        ("DefaultEndpointsProtocol=https;AccountName=a;AccountKey=k/+==;Suffix=s",
         "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=***;Suffix=s"),
        ("host=h user=me password=hunter2 dbname=d", "host=h user=me password=*** dbname=d"),
        ("jdbc:postgresql://h/d?user=me&password=hunter2&ssl=true",
         "jdbc:postgresql://h/d?user=me&password=***&ssl=true"),
        ("jdbc:oracle:thin:me/hunter2@h:1521:x", "jdbc:oracle:thin:me/***@h:1521:x"),
        ("postgresql+psycopg2://me:p@ss/w0rd@h:5432/d", "postgresql+psycopg2://***@h:5432/d"),
        ("redis://:hunter2@h:6379/0", "redis://***@h:6379/0"),
        ("mongodb+srv://me:12345@h1,h2/d", "mongodb+srv://***@h1,h2/d"),
        ("https://t0k3n@github.com/a/b", "https://***@github.com/a/b"),
        ("https://h:8080/@scope/x?a=b@c", "https://h:8080/@scope/x?a=b@c"),
        ("abfss://container@account.dfs.core.windows.net/x", "abfss://container@account.dfs.core.windows.net/x"),
        ("https://a.blob.core.windows.net/c/x.csv?sv=2024&sig=ab%2Fcd%3D&se=2026",
         "https://a.blob.core.windows.net/c/x.csv?sv=2024&sig=***&se=2026"),
        ("https://b.s3.amazonaws.com/x?X-Amz-Signature=abc&X-Amz-Date=1",
         "https://b.s3.amazonaws.com/x?X-Amz-Signature=***&X-Amz-Date=1"),
        ("https://api/x?key=abc&q=1", "https://api/x?key=***&q=1"),
        ("Authorization: Bearer hunter2", "Authorization: Bearer ***"),
        ("{'Authorization': 'Token hunter2'}", "{'Authorization': '***'}"),
        ("got Bearer abc123def456 here", "got Bearer *** here"),
        (f"header Basic {USER_AND_PASSWORD}.", "header Basic ***."),
        ("Basic statistics of 12345678", "Basic statistics of 12345678"),
        ("X-Api-Key: hunter2\nHost: h", "X-Api-Key: ***\nHost: h"),
        ("Cookie: sid=1; theme=dark", "Cookie: ***; theme=dark"),
        ("curl -u me:hunter2 https://h", "curl -u me:*** https://h"),
        ("tool --api-key hunter2 --verbose", "tool --api-key *** --verbose"),
        ("CREATE USER me IDENTIFIED BY 'hunter2'", "CREATE USER me IDENTIFIED BY '***'"),
        ("CREATE ROLE me PASSWORD 'hunter2' LOGIN", "CREATE ROLE me PASSWORD '***' LOGIN"),
        ("COPY t FROM 's3://b' CREDENTIALS 'aws_secret_access_key=abc'", "COPY t FROM 's3://b' CREDENTIALS '***'"),
        ("machine h login me password hunter2", "machine h login me password ***"),
        ('password: "cut o', 'password: "***'),
        ("password='cut\nnext line", "password='***\nnext line"),
        (f"a\n{PRIVATE_KEY}\nb", "a\n***\n\n\n\nb"),
        (repr(PRIVATE_KEY) + " b", "'***' b"),
        (PRIVATE_KEY[:80], "***\n"),
        ("max_tokens=3 token_count: 4 author=me passengers=7 monkey=1 keyboard: x",
         "max_tokens=3 token_count: 4 author=me passengers=7 monkey=1 keyboard: x"),
        ("token_url=https://h/oauth secret_name=prod", "token_url=https://h/oauth secret_name=prod"),
    ],
)  # fmt: skip
def test_values_are_masked_by_name_and_place(text: str, shown: str) -> None:
    """What says that it is a secret is masked, what only sounds like it stays."""
    assert POLICY.text(text) == shown
    assert POLICY.text(shown) == shown


def test_what_was_a_secret_once_is_one_wherever_it_occurs() -> None:
    """In errors, URIs and files, also as a URL or a string would spell it; not a word that may mean anything."""
    policy = RedactionPolicy(environment={"DB_PASSWORD": 'k1tt"en/99', "HOME": "/home/me", "APP_TOKEN": "production"})
    assert policy.text('no k1tt"en/99, k1tt%22en%2F99 or k1tt\\"en/99') == "no ***, *** or ***"
    policy.source('token = "s3cr3t-" "value"')
    assert (
        policy.text("GET /s3cr3t-value failed in production of /home/me") == "GET /*** failed in production of /home/me"
    )


class Vanishing(dict[str, str]):
    """Variables another thread deletes once their names have been read, as numpy < 2.4 does while it is imported."""

    def __iter__(self) -> Iterator[str]:
        names = list(super().__iter__())
        self.pop("OPENBLAS_TOKEN", None)
        return iter(names)

    def items(self) -> Any:
        """As those of ``os.environ``: the value of each name is asked for."""
        return ItemsView(self)


def test_variables_may_vanish_while_they_are_read() -> None:
    """The worker reads them while the user's thread imports libraries that set and delete some."""
    policy = RedactionPolicy(environment=Vanishing(OPENBLAS_TOKEN=some(20), DB_PASSWORD="k1tten-99"))
    assert policy.text("no k1tten-99") == "no ***"


def test_the_folder_a_shell_stands_in_is_no_secret() -> None:
    """``PWD`` is named like a password in every shell: paths stay paths."""
    policy = RedactionPolicy(
        environment={"PWD": "/srv/reports-2026", "OLDPWD": "/home/me/projects", "DB_PWD": some(20)}
    )
    assert policy.text("/srv/reports-2026/a.csv /home/me/projects") == "/srv/reports-2026/a.csv /home/me/projects"
    assert policy.text(some(20)) == "***"


def test_allow_and_deny() -> None:
    """Names the user knows better; deny wins."""
    policy = RedactionPolicy(allow=["*_TOKEN"], deny=["customer*", "my_token"], environment={"A_TOKEN": some(20)})
    text = f"customer_no=17 a_token=x my_token=y password=z {some(20)}"
    assert policy.text(text) == f"customer_no=*** a_token=x my_token=*** password=*** {some(20)}"


def test_patterns_of_the_users() -> None:
    """Regular expressions of more things; one that can't be compiled is refused with its reason."""
    policy = RedactionPolicy(patterns=[r"CUST-\d{3}"], environment={})
    assert policy.text("CUST-123 CUST-x") == "*** CUST-x"
    assert policy.source("x = 'CUST-123'") == "x = '***'"
    with pytest.raises(ValueError, match="no regular expression"):
        RedactionPolicy(patterns=["("])


def test_cutting_leaves_no_half_of_a_secret() -> None:
    """What is cut off is cut between words."""
    assert cut(f"see {ALL[0]} there", 10) == "see "
    assert cut("see it", 3) == "see"
    assert cut("short", 10) == "short"
    assert cut("x" * 20, 10) == ""
