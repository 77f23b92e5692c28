"""A Keras model's config, out of a `.keras` file or as JSON; weights are never opened."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from netcost.frontends.archive import check_members
from netcost.frontends.honoured import DAMAGED, refused
from netcost.place import Place
from netcost.source.json import read_json

if TYPE_CHECKING:
    from netcost.frontends import Source

MAX_CONFIG = 16 * 2**20
"""Bytes of JSON: that of the largest network of Keras has one million."""

MAX_DEPTH = 200
"""Objects and lists in one another."""

CONFIG = "config.json"
BROKEN = (BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)
"""What reading a broken, encrypted or strangely packed member raises."""

Config = Mapping[str, Any]


def read_config(source: Source) -> Config:
    """The JSON object that describes a model.

    Raises:
        SpecError: there is none.
    """
    place = Place(source.path, 0, 0)
    data = bytes(source.data[:4]) == b"PK\x03\x04" and _member(source.stream(), place)
    if data is False:
        if len(source.data) > MAX_CONFIG:
            raise refused(place, f"{len(source.data):,} bytes of JSON are more than {MAX_CONFIG:,}")
        data = bytes(source.data)
    try:
        found = read_json(data)
    except ValueError as error:
        raise refused(
            place, str(error), "`model.save('net.keras')` and `model.to_json()` write what is read here"
        ) from None
    if not isinstance(found, dict):
        raise refused(
            place, "this is no model of Keras: its JSON is no object", "write what `model.to_json()` gives"
        )
    _check_depth(found, place)
    return found


def _member(stream: BinaryIO, place: Place) -> bytes:
    """The config of a zip file, by its stated and its real size."""
    try:
        with ZipFile(stream) as archive:
            check_members(archive.NameToInfo, place)
            if CONFIG not in archive.NameToInfo:
                raise refused(
                    place, f"there is no {CONFIG} in this file", "`model.save('net.keras')` writes one"
                )
            if archive.NameToInfo[CONFIG].compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
                raise refused(place, f"{CONFIG} is packed in a way that Keras does not use", "save it anew")
            with archive.open(CONFIG) as member:
                data = member.read(MAX_CONFIG + 1)
    except BROKEN as error:
        raise refused(place, f"this archive cannot be read: {error}", DAMAGED) from None
    if len(data) > MAX_CONFIG:
        raise refused(place, f"{CONFIG} has more than {MAX_CONFIG:,} bytes")
    return data


def _check_depth(value: object, place: Place) -> None:
    """Refuse what is nested too deeply to be walked through."""
    level: list[object] = [value]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for each in level
            if isinstance(each, (dict, list))
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return
    raise refused(place, f"its JSON is nested more than {MAX_DEPTH} deep")
