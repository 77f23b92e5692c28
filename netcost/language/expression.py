"""Arithmetic over the parameters of a spec: read once, evaluated as often as names change.

The language is a small part of Python's: numbers, names, `+ - * / // % **`, comparisons,
`and or not`, `a if c else b`, lists, `list[i]` and a few functions. A text in single quotes is there to be compared. A faulty
expression says at which character it fails.
"""

import re
from functools import lru_cache

from netcost.language.operation import (
    FUNCTIONS,
    ExpressionError,
    Part,
    Result,
    Run,
    UnknownNameError,
    Variables,
    arithmetic,
    both,
    call,
    choice,
    comparison,
    constant,
    either,
    item,
    listing,
    negation,
    signed,
    variable,
)
from netcost.record import Record
from netcost.source.problem import Suggestion, neighbours, one_of, write
from netcost.source.scalar import Refused, resolve
from netcost.wording import shortened

__all__ = [
    "FUNCTIONS",
    "MAX_DEPTH",
    "MAX_LENGTH",
    "RESERVED",
    "Expression",
    "ExpressionError",
    "Result",
    "UnknownNameError",
    "Variables",
    "parse",
]

MAX_LENGTH = 256
MAX_DEPTH = 32
RESERVED = frozenset(
    {"if", "else", "and", "or", "not", "true", "false", "True", "False", "lambda"}
)  # no names


class Expression:
    """An expression, ready to be evaluated; `names` are all that stand in it."""

    __slots__ = ("_run", "names", "text")

    def __init__(self, text: str, names: frozenset[str], run: Run) -> None:
        self.text = text
        self.names = names
        self._run = run

    def evaluate(self, variables: Variables) -> Result:
        """What it comes to. Raises ExpressionError."""
        return self._run(variables)


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Read an expression. Raises ExpressionError."""
    if len(text) > MAX_LENGTH:
        message = f"an expression has at most {MAX_LENGTH} characters, this one has {len(text):,}"
        raise ExpressionError(message, 0, MAX_LENGTH)
    parser = _Parser(text)
    part = parser.expression()
    parser.finish()
    return Expression(text, frozenset(parser.names), part.run)


class _Token(Record):
    """A word or sign of an expression; its kind is the group of `_LEXEME` that it matched."""

    kind: str
    text: str
    offset: int

    def error(self, message: str, hint: str | None = None) -> ExpressionError:
        return ExpressionError(message, self.offset, max(1, len(self.text)), hint)


_LEXEME = r"""\s* (?:
        (?P<number> \.?[0-9] (?: [eE][-+](?=[0-9]) | [0-9A-Za-z_.] )* )
      | (?P<name> [A-Za-z_][A-Za-z0-9_]* )
      | (?P<text> '[^']*' )
      | (?P<foreign> && | \|\| | << | >> )
      | (?P<sign> // | \*\* | [<>=!]= | [-+*/%<>()\[\],] )
      | (?P<unknown> \S )
      | (?P<end> \Z )
    )"""

_GLUED = r"([0-9.]+)([A-Za-z_][A-Za-z0-9_]*)"

# How tightly operators bind, as in Python.
_TERNARY, _OR, _AND, _NOT, _COMPARE, _SUM, _TERM, _SIGN, _RAISE, _INDEX = range(1, 11)
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
_POWER = {
    "if": _TERNARY,
    "or": _OR,
    "and": _AND,
    **dict.fromkeys(_COMPARISONS, _COMPARE),
    **dict.fromkeys(("+", "-"), _SUM),
    **dict.fromkeys(("*", "/", "//", "%"), _TERM),
    "**": _RAISE,
    "[": _INDEX,
}
_TRUTH = {"true": True, "True": True, "false": False, "False": False}

_FOREIGN = {  # what other languages have: message, hint
    "&&": ("`&&` is no operator here", "write `and`"),
    "||": ("`||` is no operator here", "write `or`"),
    "!": ("`!` is no operator here", "write `not`"),
    "=": ("`=` is no operator here", Suggestion("write `==` to compare", "==")),
    "?": ("`?` is no operator here", "write `a if condition else b`"),
    ".": ("an expression has no attributes or methods", "write a name of `params` alone"),
    '"': ("a text in an expression stands in single quotes", "write '...'"),
    "'": ("this quote is never closed", "close it with '"),
    "lambda": ("an expression defines no functions", "use a parameter or `let`"),
    "^": ("there are no operations on bits", Suggestion("write `**` for a power", "**")),
    "<<": ("there are no operations on bits", "write `* 2 ** n`"),
    ">>": ("there are no operations on bits", "write `// 2 ** n`"),
    "&": ("there are no operations on bits", Suggestion("write `and` if both are meant", "and")),
    "|": ("there are no operations on bits", Suggestion("write `or` if one of them is meant", "or")),
    "~": ("there are no operations on bits", Suggestion("write `not` for the opposite", "not ")),
    **dict.fromkeys(("$", "{", "}"), ("an expression needs no `${}`", "write the name alone, as `width`")),
}


class _Parser:
    """Reads an operand, then every operator that binds more tightly than the one before the operand."""

    def __init__(self, text: str) -> None:
        self.matches = re.finditer(_LEXEME, text, re.VERBOSE)
        self.names: set[str] = set()
        self.depth = 0
        self.end = 0  # of the last token taken
        self.token = self.scan()

    def scan(self) -> _Token:
        """The token after the current one."""
        found = next(self.matches)
        kind = found.lastgroup or "end"
        token = _Token(kind, found[kind], found.start(kind))
        if kind in {"foreign", "unknown"} or token.text in _FOREIGN:
            raise token.error(*_FOREIGN.get(token.text, (f"`{token.text}` has no meaning here", None)))
        return token

    def take(self) -> _Token:
        """The current token; the next becomes the current one."""
        taken = self.token
        self.end = taken.offset + len(taken.text)
        self.token = self.scan()
        return taken

    def expect(self, sign: str, opener: _Token | None = None) -> None:
        """Take the sign that must come now; `opener` is the bracket that it closes."""
        if self.token.text == sign:
            self.take()
        elif opener and self.token.kind == "end":
            raise opener.error(f"this `{opener.text}` is never closed", f"close it with `{sign}`")
        else:
            raise self.unexpected(f"`{sign}`")

    def unexpected(self, wanted: str) -> ExpressionError:
        """The error at a token that is not what must come now."""
        if self.token.kind != "end":
            return self.token.error(f"expected {wanted} here")
        return ExpressionError(f"the expression ends where {wanted} is expected", max(0, self.end - 1))

    def finish(self) -> None:
        """Refuse what is left over."""
        if self.token.kind != "end":
            raise self.unexpected("an operator or the end")

    def nested(self, floor: int = 0) -> Part:
        """An expression within another."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.token.error(f"an expression is at most {MAX_DEPTH} levels deep")
        part = self.expression(floor)
        self.depth -= 1
        return part

    def expression(self, floor: int = 0) -> Part:
        """An operand and the operators after it that bind more tightly than the floor."""
        part = self.operand(floor)
        while _POWER.get(self.token.text, 0) > floor:
            part = Part(self.operation(part), part.offset, self.end)
        return part

    def operand(self, floor: int) -> Part:
        """What operators work on, a sign or `not` before it included."""
        token = self.token
        if token.kind == "number":
            run = constant(_number(self.take()))
        elif token.kind == "text":
            run = constant(self.take().text[1:-1])
        elif token.text in _TRUTH:
            run = constant(_TRUTH[self.take().text])
        elif token.kind == "name" and token.text not in RESERVED:
            run = self.name_or_call(self.take())
        elif token.text == "(":
            run = self.parenthesis(self.take())
        elif token.text == "[":
            run = listing(self.sequence("]"))
        elif token.text in {"+", "-"}:
            self.take()
            run = signed(token.text, self.nested(_SIGN))
        elif token.text == "not" and floor <= _NOT:
            self.take()
            run = negation(self.nested(_NOT))
        else:
            raise self.unexpected("a number or a name")
        return Part(run, token.offset, self.end)

    def parenthesis(self, opener: _Token) -> Run:
        """What stands in parentheses."""
        inner = self.nested()
        self.expect(")", opener)
        return inner.run

    def name_or_call(self, name: _Token) -> Run:
        """A name, or a function with its arguments."""
        if self.token.text != "(":
            self.names.add(name.text)
            return variable(name.text, name.offset)
        if name.text not in FUNCTIONS:
            hint = one_of(neighbours(name.text, FUNCTIONS), f"there are {', '.join(FUNCTIONS)}")
            raise name.error(f"unknown function `{shortened(name.text)}`", hint)
        arguments = self.sequence(")")
        function = FUNCTIONS[name.text]
        if not function.least <= len(arguments) <= function.most:
            raise name.error(f"`{name.text}` takes {function.arity}, not {len(arguments)}")
        return call(name.text, arguments)

    def sequence(self, closing: str) -> list[Part]:
        """The arguments of a call or the values of a list, from the opening sign to the closing one."""
        opener = self.take()
        if self.token.text == closing:
            self.take()
            return []
        parts = [self.nested()]
        while self.token.text == ",":
            self.take()
            parts.append(self.nested())
        self.expect(closing, opener)
        return parts

    def operation(self, left: Part) -> Run:
        """The operator that comes next, on what stands before and after it."""
        sign = self.token
        if sign.text in _COMPARISONS:
            return comparison(left, self.compared())
        self.take()
        if sign.text == "[":
            index = self.nested()
            self.expect("]", sign)
            return item(left, index)
        if sign.text == "if":
            condition = self.nested(_TERNARY)
            self.expect("else")
            return choice(condition, left, self.nested())
        # The power of a power, or of what has a sign, comes first: `2 ** 3 ** 2` is `2 ** 9`.
        right = self.nested(_SIGN) if sign.text == "**" else self.expression(_POWER[sign.text])
        if sign.text == "and":
            return both(left, right)
        if sign.text == "or":
            return either(left, right)
        return arithmetic(sign.text, sign.offset, left, right)

    def compared(self) -> list[tuple[str, Part]]:
        """The comparisons that follow one another, each sign with the operand after it."""
        rest: list[tuple[str, Part]] = []
        while self.token.text in _COMPARISONS:
            sign = self.take().text
            rest.append((sign, self.expression(_COMPARE)))
        return rest


def _number(token: _Token) -> int | float:
    """The value of a number; it is spelt as in the rest of the file."""
    value = resolve(token.text)
    if isinstance(value, Refused):
        raise token.error(value.message, value.hint)
    if isinstance(value, int | float):
        return value
    glued = re.fullmatch(_GLUED, token.text)
    hint = write(f"{glued[1]} * {glued[2]}") if glued else None
    raise token.error(f"`{shortened(token.text)}` is neither a number nor a name", hint)
