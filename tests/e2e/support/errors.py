"""What every error must be."""

from support import sqlite
from support.checks import expect

PARTS = 12  # characters of a token that may not stand together


def judge(got, server, *words):
    """An Error: one line that names the endpoint, and shows no token.

    got: what Database.outcome or Database.error gave. words: what it says, too.
    """
    expect(isinstance(got, sqlite.Error), f"no error, but {got!r:.300}")
    text = got.message
    expect("\n" not in text and "\r" not in text, f"several lines: {text!r}")
    for word in (server.address, *words):
        expect(word in text, f"{word!r} is not in {text!r}")
    shows_no_token(text, server.token)
    return got


def shows_no_token(text, token):
    for start in range(len(token) - PARTS + 1):
        expect(token[start:start + PARTS] not in text, "shows the token")
