"""Reading JSON strictly."""

import json

import pytest
from django.utils import translation

from creditportal.api.parsing import MAX_BYTES, MalformedBodyError, parse_json

REFUSED = {
    "nothing": b"",
    "not JSON": b"{",
    "not UTF-8": b'{"a": "\xff"}',
    "a byte order mark": b'\xef\xbb\xbf{"a": 1}',
    "NaN": b'{"a": NaN}',
    "infinity": b'{"a": -Infinity}',
    "overflowing to infinity": b'{"a": 1e999}',
    "a huge whole number": b'{"a": ' + b"9" * 5000 + b"}",
    "a long fraction": b'{"a": 0.' + b"1" * 100 + b"}",
    "NUL": b'{"a": "\\u0000"}',
    "NUL in a name": b'{"\\u0000": 1}',
    "half a pair": b'{"a": "\\ud800"}',
    "half a pair in a name": b'{"\\udfff": 1}',
    "half a pair deep inside": b'{"a": [{"b": "x\\udc00"}]}',
    "a name twice": b'{"a": 1, "a": 2}',
    "a name twice, written differently": b'{"a": 1, "\\u0061": 2}',
    "a hundred thousand brackets": b"[" * 100_000,
    "a hundred thousand closed brackets": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 20 + b"1" + b"}" * 20,
    "trailing text": b"{} {}",
    "single quotes": b"{'a': 1}",
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED.keys())
def test_refused(body: bytes) -> None:
    with pytest.raises(MalformedBodyError):
        parse_json(body)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"n": "NaN",\n "a": NaN}', "Line 2, column 7: a number is too long or not a number."),
        (b'["1e999 \\" 1e999", -Infinity]', "Line 1, column 20: a number is too long or not a number."),
        (b"[1,\n2,\n  1e999]", "Line 3, column 3: a number is too long or not a number."),
        (b'{"n": ' + b"1" * 31 + b".}", "Line 1, column 7: a number is too long or not a number."),
        (b'{"n": ' + b"1" * 31 + b"e}", "Line 1, column 7: a number is too long or not a number."),
        (b"[1e999-1]", "Line 1, column 2: a number is too long or not a number."),
        (b'{"a": 1,\n "b" 2}', "The body is not JSON from line 2, column 6 on."),
    ],
)
def test_a_refusal_names_the_place(body: bytes, words: str) -> None:
    with pytest.raises(MalformedBodyError) as refusal:
        parse_json(body)
    with translation.override("en"):
        assert str(refusal.value) == words


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        None,
        "text",
        {"name": "\u5f20\u4f1f", "n": [1, -2.5, 10**20, True, None]},
        {"\U0001f600": "\u202e"},
    ],
)
def test_what_is_fine_comes_through_unchanged(document: object) -> None:
    assert parse_json(json.dumps(document).encode()) == document


def test_a_megabyte_is_the_most() -> None:
    assert MAX_BYTES == 1024 * 1024
