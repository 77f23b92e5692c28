"""The forms that a report takes in Python: a line, a table in a notebook, plain data.

What writes them is imported when it is asked for, by name, as a report knows nothing of what shows it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

RENDER = "netcost.render"


class Forms:
    """What every report can be made into."""

    def _contents(self) -> Any:
        """The report as what a command tells."""
        return import_module(f"{RENDER}.reports").Reports([self])

    def _written(self, form: str) -> str:
        pieces: Iterator[str] = import_module(RENDER).render(self._contents(), form)
        return "".join(pieces)

    def _repr_html_(self) -> str:
        """The table that a notebook shows."""
        text: str = import_module(f"{RENDER}.html.notebook").table(next(iter(self._contents().sheets())))
        return text

    def to_table(self) -> str:
        """The table that `netcost analyze` prints, without colours and in its full width."""
        return self._written("table")

    def to_markdown(self) -> str:
        """The same as a table of Markdown."""
        return self._written("markdown")

    def to_html(self) -> str:
        """A page with everything about the network, as `netcost analyze -o report.html` writes it."""
        return self._written("html")

    def to_csv(self) -> str:
        """A row for each layer with raw integers, as `netcost analyze --format csv` writes it."""
        return self._written("csv")

    def to_dict(self) -> dict[str, Any]:
        """The network, its totals and its layers as plain values: a model of `netcost analyze --format json`."""
        from json import loads

        found: dict[str, Any] = loads(self._written("json"))["models"][0]
        return found

    def to_dataframe(self) -> Any:
        """A pandas DataFrame with a row for each layer and the columns of the CSV; None where a number is not known.

        Raises:
            ModuleNotFoundError: pandas is not installed.
        """
        try:
            pandas = import_module("pandas")
        except ModuleNotFoundError:
            message = "to_dataframe needs pandas, which is not installed: `pip install pandas`"
            raise ModuleNotFoundError(message, name="pandas") from None
        contents = self._contents()
        return pandas.DataFrame(list(contents.records()), columns=list(contents.columns()))
