"""What each kind of output makes of a text that somebody would act upon."""

from __future__ import annotations

import json
import sys

import pytest
from hostile_texts import HIDDEN

from netcost import escape

TERMINAL = [
    ("conv1 β 卷积 é e\u0301 ⚠\ufe0f", "conv1 β 卷积 é e\u0301 ⚠\ufe0f"),
    ("a\x1b[31mb\x07\x00\x7f", "a?[31mb???"),
    ("a\rb\nc\x85d\u2028e\u2029f", "a?b?c?d?e?f"),
    ("a\x9b31m", "a?31m"),
    ("a\u202eb\u2066c\u200bd\u00ade\ufefff\U000e0041", "a?b?c?d?e?f?"),
    ("a\u3164b\u115fc\u034fd", "a?b?c?d"),
    ("a\ud800b\ue000c\u0378d", "a?b?c?d"),
    ("a\tb\xa0c\u3000d", "a b c d"),
]


@pytest.mark.parametrize(("text", "written"), TERMINAL)
def test_a_terminal_gets_nothing_that_it_obeys_or_hides(text: str, written: str) -> None:
    """A question mark for each character, so that columns stay; letters and marks that draw stay."""
    assert escape.terminal(text) == written


def test_no_control_or_format_character_is_forgotten() -> None:
    """Every one of Unicode's, and of those that are no characters."""
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    assert not HIDDEN.search(escape.terminal(every))
    assert len(escape.terminal(every)) == len(every)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("::error::x", "?:error::x"),
        (" \t\xa0\u3000::error::x", " \t\xa0\u3000?:error::x"),
        ("\x1b[1m::error::x\x1b[0m", "\x1b[1m?:error::x\x1b[0m"),
        ("a\n  ::error::x\r::b", "a\n  ?:error::x\r?:b"),
        ("::::x", "?:::x"),
        ("##[add-mask]x", "#?[add-mask]x"),
        ("a ###[b]##[c]", "a ##?[b]#?[c]"),
        ("net.yaml:3:4: a::b # [c] ## [d]", "net.yaml:3:4: a::b # [c] ## [d]"),
    ],
)
def test_a_log_finds_no_command(text: str, written: str) -> None:
    """`::` that begins a line, and `##[` anywhere; everything else is as it was."""
    assert escape.log(text) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("conv1 -> conv2, 3 x 4 (+5%)", "conv1 -> conv2, 3 x 4 (+5%)"),
        ("a\r\r# b", "a  #<!-- --> b"),
        ("a\nb\x85c\u2028d\x1be", "a b c d?e"),
        (r"a|b`c`*d*_e_[f]~~g~~\h", r"a\|b\`c\`\*d\*\_e\_\[f\]\~\~g\~\~\\h"),
        ("<b>&amp;", "&lt;b>&amp;amp;"),
        ("@a #1 x/y#2 a@b.example", "@<!-- -->a #<!-- -->1 x/y#<!-- -->2 a@<!-- -->b.example"),
        ("https://a.example ftp://b", "https:<!-- -->//a.example ftp:<!-- -->//b"),
        ("WWW.a.example", "WWW<!-- -->.a.example"),
        ("GH-12 gh-12 high-12", "GH-<!-- -->12 gh-<!-- -->12 high-12"),
        ("CVE-2020-1 GHSA-ab", "CVE-<!-- -->2020-1 GHSA-<!-- -->ab"),
        ("0123456789abcdef x", "012345<!-- -->6789ab<!-- -->cdef x"),
        ("abcdef 1,234,567 abcdefg", "abcdef 1,234,567 abcdefg"),
        ("net.yaml:12:5 net.yaml:100:5 :x:", "net.yaml:12:5 net.yaml:<!-- -->100:5 :<!-- -->x:"),
        ("$x$", "&#36;<!-- -->x&#36;<!-- -->"),
        ("> a", r"\> a"),
        ("- a", r"\- a"),
        ("--- a", r"\--- a"),
        ("+", r"\+"),
        ("12. a", r"12\. a"),
        ("1) a", r"1\) a"),
        ("1.5 -3 +4", "1.5 -3 +4"),
        ("    a ", "a"),
    ],
)
def test_markdown_shows_a_text_as_it_is(text: str, written: str) -> None:
    """No markup, no other line, no block, nobody called, nothing linked, no picture."""
    assert escape.markdown(text) == written


def test_inside_of_an_element_only_html_is_escaped() -> None:
    """And what GitHub acts upon in any text."""
    assert escape.html("<b>&amp; *a*\r@b\x1b $") == "&lt;b&gt;&amp;amp; *a* @<!-- -->b? &#36;<!-- -->"


def test_annotations() -> None:
    """Line ends stay, as GitHub's toolkit writes them; `:` and `,` mean something in properties alone."""
    text = "a,b:c%\r\n\x1bd\u2028##[e]\t"
    assert escape.annotation(text) == "a,b:c%25%0D%0A?d?#?[e] "
    assert escape.annotation_property(text) == "a%2Cb%3Ac%25%0D%0A?d?#?[e] "


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("conv1", "conv1"),
        ("=1+1", "'=1+1"),
        ("\r=1", "'\r=1"),
        ("\n\t @a", "'\n\t @a"),
        ("\xa0\u3000-a", "'\xa0\u3000-a"),
        ("\uff1d1", "'\uff1d1"),
        (" \uff0b1", "' \uff0b1"),
        ("\uff0d1", "'\uff0d1"),
        ("\uff201", "'\uff201"),
        ("\ta", "'\ta"),
        ("a=b", "a=b"),
        ("-3", "-3"),
        ("-0.25", "-0.25"),
        ("-3+a", "'-3+a"),
        ("a\x1bb\u202ec", "a?b?c"),
        ("a\n::error::b", "a\n?:error::b"),
        (" ::error::b", " ?:error::b"),
    ],
)
def test_a_spreadsheet_computes_no_text(text: str, written: str) -> None:
    """An apostrophe before what may be a formula, also behind blanks; never before a number."""
    assert escape.csv(text) == written


def test_json_reads_as_before() -> None:
    """Only the spelling of a text changes."""
    texts = ["a\u2028\x85\x7f\x9b\u202e\U000e0041\ud800", "##[a]", "é 卷积 \u3000", "a\n"]
    written = escape.json(json.dumps(texts, ensure_ascii=False, indent=2))
    assert json.loads(written) == texts
    assert "é 卷积 \u3000" in written
    assert not HIDDEN.search(written.replace("\n", ""))
    assert "##[" not in written


def test_xml_holds_only_what_it_can() -> None:
    """Line ends are line feeds, tabs stay."""
    assert escape.xml("a\x00\ud800\ufffe\x85b\r\nc\rd\te\n ::f") == "a????b\nc\nd\te\n ?:f"
