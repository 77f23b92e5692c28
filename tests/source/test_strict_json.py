"""JSON as its standard has it."""

from __future__ import annotations

import re

import pytest

from netcost.source import json as json_module
from netcost.source.json import read_json


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{}", {}),
        ('{"a": [1, -2.5, true, null, "\\u00e9"]}', {"a": [1, -2.5, True, None, "é"]}),
        (b'{"a": "\xc3\xa9"}', {"a": "é"}),
        (b"\xef\xbb\xbf[]", []),
        ('[{"a": 1}, {"a": 1}]', [{"a": 1}, {"a": 1}]),
        ("9" * 4300, int("9" * 4300)),
    ],
)
def test_a_document_becomes_a_value(text: str | bytes, value: object) -> None:
    """Text or bytes, with the mark that Windows puts before them or without."""
    assert read_json(text) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not JSON: Expecting value: line 1 column 1 (char 0)"),
        ("[1,\n2", "not JSON: Expecting ',' delimiter: line 2 column 2 (char 5)"),
        ('{"a": 1, "b": 2, "b": 3}', "not JSON: an object has `b` twice"),
        ('{"a": {"c": 1, "b": 2, "c": 1}}', "not JSON: an object has `c` twice"),
        ("[NaN]", "not JSON: NaN is no number"),
        ("Infinity", "not JSON: Infinity is no number"),
        ('{"a": -Infinity}', "not JSON: -Infinity is no number"),
        (b'["\xff"]', "not JSON: line 1 has the byte 0xFF, which is not UTF-8"),
        (b'[\n"\xc3\xa9",\n"\xc3"]', "not JSON: line 3 has the byte 0xC3, which is not UTF-8"),
        ("[]".encode("utf-16"), "not JSON: line 1 has the byte 0xFF, which is not UTF-8"),
        ("9" * 4301, "a number has more than 4,300 digits"),
        ("[" * 200_000, "nested too deeply"),
        ('{"a":' * 200_000, "nested too deeply"),
    ],
)
def test_what_is_no_json_is_refused(text: str | bytes, message: str) -> None:
    """Also what Python would take."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        read_json(text)


@pytest.mark.parametrize("text", ["[1,2,3,4]", "[[],[]]", '{"a":{},"b":[]}', "[[[["])
def test_the_number_of_values_has_a_limit(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """They are counted before they are made, one by one and each list and object for itself."""
    monkeypatch.setattr(json_module, "MAX_VALUES", 3)
    with pytest.raises(ValueError, match=r"^it has 4 values, at most 3 are read$"):
        read_json(text)
