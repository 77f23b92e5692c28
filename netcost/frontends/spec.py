"""The spec language: YAML that a person writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from errno import EFBIG
from weakref import WeakKeyDictionary

from netcost.frontends import Source
from netcost.language.load import load_document
from netcost.language.work import Work
from netcost.network import Network
from netcost.overrides import Overrides
from netcost.source.document import Document, MappingNode, Scalar
from netcost.source.files import too_large
from netcost.source.read_document import MAX_BYTES, parse_document

_documents: WeakKeyDictionary[Source, Document] = WeakKeyDictionary()
"""What has been parsed, as long as its source is kept: the variants of one file are many networks."""


def read(source: Source, overrides: Overrides, work: Work) -> Network:
    """Build the network that a spec describes.

    Raises:
        SpecError: the spec is faulty; it holds every fault that was found.
    """
    if overrides:
        from netcost.frontends.honoured import honoured

        honoured(source.path, overrides, ("batch", "dtype", "input", "variant", "set"))
    return load_document(_document(source), overrides, read=_imports(source), work=work)


def declared(source: Source) -> Iterator[tuple[str, str]]:
    """The networks of a spec: its own name, then each variant, with what to pass as the variant.

    Raises:
        SpecError: it cannot be read as YAML.
    """
    root = _document(source).root
    if not isinstance(root, MappingNode):
        return
    name, variants = root.get("name"), root.get("variants")
    yield name.text if isinstance(name, Scalar) else "", ""
    if isinstance(variants, MappingNode):
        for key, _ in variants:
            yield key.text, key.text


def parameters(source: Source) -> dict[str, int | float]:
    """The parameters of a spec whose values are numbers above zero.

    Raises:
        SpecError: it cannot be read as YAML.
    """
    root = _document(source).root
    params = root.get("params") if isinstance(root, MappingNode) else None
    found: dict[str, int | float] = {}
    for key, node in params if isinstance(params, MappingNode) else ():
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
            found[key.text] = value
    return found


def _document(source: Source) -> Document:
    if source not in _documents:
        _documents[source] = parse_document(bytes(source.data), source.path)
    return _documents[source]


def _imports(source: Source) -> Callable[[str], bytes] | None:
    """Reads the files that a spec imports, each of which may be as large as a spec."""
    beside = source.beside
    if beside is None:
        return None

    def read(path: str) -> bytes:
        data = beside(path)
        if len(data) > MAX_BYTES:
            raise OSError(EFBIG, too_large(len(data), MAX_BYTES))
        return bytes(data)

    return read
