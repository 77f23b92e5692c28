"""Rows as files for programs: CSV, JSON lines, Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO, StringIO
from typing import Any, Protocol

from netcost.overrides import as_yaml
from netcost.sweeps.fault import SweepError
from netcost.sweeps.kit import Kit, Rows
from netcost.sweeps.limits import quantity
from netcost.sweeps.plan import Plan

EXTRA = "pip install 'netcost[sweep]'"


class Writer(Protocol):
    """Takes rows and has a file of them in the end."""

    def add(self, rows: Rows, kit: Kit) -> None:
        """Take more rows."""

    def finished(self) -> Any:
        """The file."""


class Columns:
    """Columns by name, as lists, or as arrays where numpy worked them out and every number is known."""

    def __init__(self, plan: Plan) -> None:
        self._found: dict[str, list[Any]] = {name: [] for name in plan.columns}

    def add(self, rows: Rows, kit: Kit) -> None:
        """Take more rows."""
        for name, found in self._found.items():
            found.append(kit.native(rows.columns[name]))
        self._kit = kit

    def finished(self) -> Mapping[str, Sequence[Any]]:
        """The columns."""
        return {name: self._kit.joined(found) for name, found in self._found.items()}


def _plain_rows(plan: Plan, rows: Rows, kit: Kit) -> Iterator[tuple[Any, ...]]:
    return zip(*(kit.plain(rows.columns[name]) for name in plan.columns), strict=True)


class Csv:
    """CSV with a head, as RFC 4180 has it; what is not known is left empty."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._text = StringIO(newline="")
        self._writer = csv.writer(self._text)
        self._writer.writerow(plan.columns)
        self._truths = [
            place
            for place, axis in enumerate(plan.labels.values())
            if any(isinstance(value, bool) for value in axis.shown)
        ]

    def add(self, rows: Rows, kit: Kit) -> None:
        """Take more rows."""
        found = _plain_rows(self.plan, rows, kit)
        self._writer.writerows(map(self._told, found) if self._truths else found)

    def _told(self, row: Sequence[Any]) -> list[Any]:
        return [as_yaml(value) if place in self._truths else value for place, value in enumerate(row)]

    def finished(self) -> bytes:
        """The file."""
        return self._text.getvalue().encode()


class Jsonl:
    """One JSON object a line; what is not known is null."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._lines: list[bytes] = []

    def add(self, rows: Rows, kit: Kit) -> None:
        """Take more rows."""
        names, encode = self.plan.columns, json.JSONEncoder(ensure_ascii=False).encode
        lines = [encode(dict(zip(names, row, strict=True))) for row in _plain_rows(self.plan, rows, kit)]
        self._lines.append("".join(f"{line}\n" for line in lines).encode())

    def finished(self) -> bytes:
        """The file."""
        return b"".join(self._lines)


class Parquet:
    """Parquet: whole numbers of 64 bits and floats, words from a dictionary; a group of rows for each block.

    Raises:
        SweepError: pyarrow is not installed.
    """

    def __init__(self, plan: Plan) -> None:
        try:
            import pyarrow as pa
            from pyarrow import parquet
        except ImportError:
            raise SweepError(
                f"Parquet is written by pyarrow: {EXTRA}; CSV and JSON lines need nothing"
            ) from None
        self.plan = plan
        self._arrow = pa
        self._buffer = BytesIO()
        axes = plan.labels
        kinds = {name: _axis_kind(axis.shown) for name, axis in axes.items()}
        kinds |= {name: "float64" if quantity(name) == "ratio" else "int64" for name in plan.metrics}
        kinds |= {formula.text: "float64" for formula in plan.formulas}
        self._schema = pa.schema([(name, getattr(pa, kind)()) for name, kind in kinds.items()])
        encoded = {name: "DELTA_BINARY_PACKED" for name in plan.metrics if kinds[name] == "int64"}
        self._writer = parquet.ParquetWriter(
            self._buffer,
            self._schema,
            compression="zstd",
            use_dictionary=list(axes),
            column_encoding=encoded or None,
            write_statistics=True,
        )

    def add(self, rows: Rows, kit: Kit) -> None:
        """Take more rows."""
        if not len(rows.indices):
            return
        arrays = [self._array(name, rows.columns[name], kit) for name in self._schema.names]
        self._writer.write_table(self._arrow.table(arrays, schema=self._schema))

    def _array(self, name: str, column: Any, kit: Kit) -> Any:
        """A column as pyarrow has it.

        Raises:
            SweepError: a number is larger than any that Parquet's columns hold.
        """
        kind = self._schema.field(name).type
        values: Any = getattr(column, "values", None)
        known: Any = getattr(column, "known", None)
        try:
            if known is not None and values.dtype != object:
                return self._arrow.array(values, kind, mask=None if known.all() else ~known)
            told = kit.plain(column)
            told = [as_yaml(each) for each in told] if kind == self._arrow.string() else told
            return self._arrow.array(told, kind)
        except (OverflowError, self._arrow.ArrowInvalid):
            raise SweepError(
                f"{name} has numbers of 2^63 and more, which Parquet's columns do not hold; write CSV or JSON lines"
            ) from None

    def finished(self) -> bytes:
        """The file."""
        self._writer.close()
        return self._buffer.getvalue()


def _axis_kind(shown: Sequence[Any]) -> str:
    """The type of an axis' column; lists, and values of several types, are texts."""
    kinds = set(map(type, shown))
    names: Mapping[frozenset[type], str] = {
        frozenset({int}): "int64",
        frozenset({float}): "float64",
        frozenset({int, float}): "float64",
        frozenset({bool}): "bool_",
    }
    return names.get(frozenset(kinds), "string")


WRITERS: dict[str, Callable[[Plan], Writer]] = {"csv": Csv, "jsonl": Jsonl, "parquet": Parquet}
"""Every format by its name, which is also how its files end."""
