"""Reads reports back from the JSON that netcost writes, to compare a network with what it was before."""

from __future__ import annotations

from netcost.report.item import Item
from netcost.report.keys import FORMAT_VERSION, model_keys, read, row_keys
from netcost.report.row import Report, Row
from netcost.source.json import read_json


def read_report(text: str | bytes) -> tuple[Report, ...]:
    """Read every network's report from a JSON document.

    Settings of a layer that have no key of their own are not in the document, and not in what is read. A metric
    that the document lacks, as it was not counted when it was written, is not known.

    Raises:
        ValueError: it is no JSON, of another format version, or a value is missing or of another kind; the
            message says where.
    """
    document = Item(read_json(text), "")
    _check_version(document["format_version"])
    keys = model_keys()
    return tuple(
        Report(**read(keys, model), rows=_rows(model["layers"])) for model in document["models"].items()
    )


def _rows(layers: Item) -> list[Row]:
    keys = row_keys()
    return [Row(**read(keys, layer)) for layer in layers.items()]


def _check_version(version: Item) -> None:
    found, known = version.text(), FORMAT_VERSION
    if found.partition(".")[0] != known.partition(".")[0]:
        raise ValueError(f"the report has format version {found}, this netcost reads version {known}")
