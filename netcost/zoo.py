"""The bundled networks, found by name."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cache

from netcost import frontends
from netcost.frontends.known import parted
from netcost.language.work import Work
from netcost.network import Network
from netcost.overrides import NO_OVERRIDES, Overrides
from netcost.place import Place
from netcost.record import Record
from netcost.source.problem import Problem, SpecError, nearest

SUFFIX = ".yaml"


class Bundled(Record):
    """A bundled network: its spec, and the variant of it; the spec as it stands where that is empty."""

    path: str
    variant: str

    @property
    def text(self) -> str:
        """The spec as it is written, for all variants."""
        return bytes(_source(self.path).data).decode("utf-8")

    def load(self, overrides: Overrides = NO_OVERRIDES, *, work: Work | None = None) -> Network:
        """Build the network.

        Raises:
            SpecError: the overrides do not fit the spec.
        """
        chosen = Overrides(variant=self.variant) | overrides
        return frontends.load(_source(self.path), chosen, work=work)


@cache
def folder() -> str:
    """Where the specs are: inside the installed package, beside it in a checkout."""
    package = os.path.dirname(__file__)  # noqa: PTH120
    installed = os.path.join(package, "configs")  # noqa: PTH118
    return installed if os.path.isdir(installed) else os.path.join(os.path.dirname(package), "configs")  # noqa: PTH112, PTH118, PTH120


@cache
def files() -> Mapping[str, str]:
    """The paths of the bundled specs by the name of their file, without its suffix."""
    names = sorted(name for name in os.listdir(folder()) if name.endswith(SUFFIX))  # noqa: PTH208
    return {name.removesuffix(SUFFIX): os.path.join(folder(), name) for name in names}  # noqa: PTH118


@cache
def networks() -> Mapping[str, Bundled]:
    """Every bundled network by name, each file's own before its variants."""
    return {name: Bundled(path, variant) for path in files().values() for name, variant in declared(path)}


def load(
    spec: str,
    overrides: Overrides = NO_OVERRIDES,
    *,
    stream: bool = False,
    run_code: bool = False,
    work: Work | None = None,
) -> Network:
    """Read a network from a file, or a bundled one by its name; a file of that name wins.

    A pipe or a device is no file, unless `stream` is set: where a person names it. `run_code` lets a file be run
    that has to be: `net.py:Net`. `work` counts what it asks for, in place of a count of the usual size.

    Raises:
        SpecError: the spec is faulty, or there is none.
    """
    if is_path(spec):
        return frontends.load_path(spec, overrides, spec, stream=stream, run_code=run_code, work=work)
    bundled = find(spec)
    asked = overrides.get("variant", bundled.variant)
    if bundled.variant and asked != bundled.variant:
        file = os.path.basename(bundled.path)  # noqa: PTH119
        message = f"this is the variant `{bundled.variant}` of {file}, and `{asked}` is asked for"
        raise SpecError([Problem(Place(spec, 0, 0), message, f"name {file}, or leave the other out")])
    return bundled.load(overrides, work=work)


def is_path(spec: str, folder: str = "") -> bool:
    """Tell a path from a name: it has a folder, or it exists, or it names code; a mere folder hides no bundled network.

    Args:
        spec: the path or the name.
        folder: where paths start from.
    """
    # Unlike Path's, these questions have an answer for every text, however long or odd.
    if os.path.basename(spec) != spec or parted(spec)[1]:  # noqa: PTH119
        return True
    path = os.path.join(folder, spec)  # noqa: PTH118
    if os.path.isdir(path):  # noqa: PTH112
        return spec not in networks()
    return os.path.lexists(path)  # a link that leads nowhere is there, too


def find(name: str) -> Bundled:
    """Find a network by its name, that of a variant, or that of its file, with or without the suffix.

    Raises:
        SpecError: there is none; the message names the one that was likely meant.
    """
    word = name.removesuffix(SUFFIX)
    known = files()
    if word in known:
        return Bundled(known[word], "")
    for path in known.values():
        # Only a file that has the word can declare it; to read them all would take much longer.
        if word and word in Bundled(path, "").text:
            for own, variant in declared(path):
                if own == word:
                    return Bundled(path, variant)
    near = frontends.file_near(name) or nearest(word.removesuffix(".yml"), {*known, *networks()})
    hint = f"did you mean `{near}`?" if near else "`netcost models` lists the bundled networks"
    message = "there is no such file and no bundled network of this name"
    raise SpecError([Problem(Place(name, 0, 0), message, hint)])


@cache
def _source(path: str) -> frontends.Source:
    return frontends.source_at(path, os.path.basename(path))  # noqa: PTH119


def declared(path: str) -> Iterator[tuple[str, str]]:
    """The networks of a file: its own name, then each variant, with what to pass as the variant."""
    from netcost.frontends.spec import declared as networks_of

    for name, variant in networks_of(_source(path)):
        yield name or os.path.basename(path).removesuffix(SUFFIX), variant  # noqa: PTH119
