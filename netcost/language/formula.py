"""Expressions among the values of a spec, and what was probably meant by a faulty one."""

from __future__ import annotations

import re
from typing import cast

from netcost.language.constant import Value, bounded
from netcost.language.expression import MAX_LENGTH, Expression, ExpressionError, parse
from netcost.language.operation import NAMES, UnknownNameError
from netcost.language.scope import NOTHING_KNOWN, Scope
from netcost.language.work import Work
from netcost.place import Place
from netcost.source.document import Scalar
from netcost.source.fault import Fault, meant
from netcost.source.problem import Suggestion, neighbours, one_of, write

TRUTH = ("true", "false")
TRUTH_ELSEWHERE = {
    **dict.fromkeys(("yes", "on", "y", "t", "enable", "enabled"), "true"),
    **dict.fromkeys(("no", "off", "n", "f", "disable", "disabled"), "false"),
}
NOTHING_ELSEWHERE = ("none", "nil", "undefined", "nan", "auto", "default", "?")
"""Words that say elsewhere that there is no value."""

CHARACTERS_A_UNIT = 32


class Formula(Value):
    """An expression."""

    __slots__ = ("expression", "words")

    def __init__(self, node: Scalar, expression: Expression, words: tuple[str, ...]) -> None:
        cost = 1 + len(node.text) // CHARACTERS_A_UNIT
        super().__init__(node, names=expression.names, cost=cost)
        self.expression = expression
        self.words = words
        if not expression.names:
            self.constant = self.evaluate(NOTHING_KNOWN)

    def evaluate(self, known: Scope) -> object:
        """What it comes to where the names have values.

        Raises:
            Fault: the expression has no value.
        """
        try:
            found: object = self.expression.evaluate(known)  # type: ignore[arg-type]
        except ExpressionError as error:
            hint = _hint(self.scalar, self.expression, self.words, error)
            raise expression_fault(self.scalar, error, hint) from None
        return bounded(found, self.node) if isinstance(found, list) else found

    @property
    def scalar(self) -> Scalar:
        """Its node."""
        return cast("Scalar", self.node)


def formula(node: Scalar, text: str, words: tuple[str, ...], work: Work) -> Formula:
    """Read an expression; equal texts are parsed once.

    Args:
        node: where it stands.
        text: its text.
        words: what might stand there and is none.
        work: counts what it takes.

    Raises:
        Fault: it is faulty.
    """
    expression = work.expressions.get(text)
    if expression is None:
        expression = work.expressions[text] = _parsed(node, text, work)
    return Formula(node, expression, words)


def _parsed(node: Scalar, text: str, work: Work) -> Expression:
    units = len(text) if len(text) <= MAX_LENGTH else 0
    work.spend(units, node)
    try:
        expression = parse(text)
    except ExpressionError as error:
        from netcost.source.respelt import respelt

        found = respelt(text)
        if found is not None:
            raise Fault(node.place, *found) from None
        raise expression_fault(node, error, _comment_meant(node, error)) from None
    work.parsed += units
    return expression


def _hint(node: Scalar, expression: Expression, words: tuple[str, ...], error: ExpressionError) -> str:
    """The hint for a name that nothing has: the word that was probably meant, where it is the whole of a value."""
    if not isinstance(error, UnknownNameError):
        return ""
    comment = _comment_meant(node, error)
    if comment:
        return comment
    word = node.text.strip()
    if word not in expression.names:
        return NAMES
    if len(words) > 1:
        begun = [each for each in words if each.startswith(word.lower())][:1]
        return one_of(begun, meant(word, words), node.place if word != node.text else None)
    return _word_meant(word)


def _word_meant(word: str) -> str:
    """What a word stands for elsewhere that is no name here."""
    from netcost.source.respelt import respelt

    lower = word.lower()
    if lower in TRUTH_ELSEWHERE:
        return write(TRUTH_ELSEWHERE[lower], NAMES)
    if lower in NOTHING_ELSEWHERE:
        return f"`{word}` is no value here: write one, or leave out what need not be given"
    found = respelt(word)
    return one_of(neighbours(word, TRUTH), found.hint if found else NAMES)


def _comment_meant(node: Scalar, error: ExpressionError) -> str:
    """The hint how a comment begins, if the fault is in what follows the sign of one elsewhere; else empty."""
    sign = COMMENT.search(node.text)
    before = node.text[: sign.start()] if sign else ""
    if not sign or not before.strip() or len(before) > error.offset:
        return ""
    hint = f"{DIVIDES if sign[0] == '//' else ''}a comment starts with `#`"
    otherwise = f"{hint}, and goes on to the end of its line"
    return Suggestion(hint, f"#{node.text[sign.end() :]}", otherwise, _rest(node, before))


COMMENT = re.compile(r"//|/\*|(?<=\s)--(?=\s)|;(?=\s)")
"""What comments start with in other languages."""

DIVIDES = "`//` divides; "


def _rest(node: Scalar, before: str) -> Place:
    return node.part(len(before), len(node.text) - len(before))


def expression_fault(node: Scalar, error: ExpressionError, hint: str = "") -> Fault:
    """Place an expression's fault in its file."""
    return Fault(node.part(error.offset, error.width), error.message, error.hint or hint)
