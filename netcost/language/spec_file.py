"""One file of a spec: its parameters, defaults, blocks and imports, and what its items say."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from netcost.language.alike import Alike
from netcost.language.constant import MAX_LIST
from netcost.language.fields import TOP_LEVEL_KEYS, read_defaults
from netcost.language.item_keys import ITEM_KEYS
from netcost.language.items import Block, Body, Param, faulty_block
from netcost.language.names import check_name, check_variable, reference_of
from netcost.language.read_items import Defaults, ItemReader
from netcost.language.scope import Scope
from netcost.language.value import read_value
from netcost.language.work import FOR_A_BLOCK, Work
from netcost.record import Record
from netcost.source.document import (
    Document,
    MappingNode,
    Scalar,
    SequenceNode,
    YamlNode,
    as_meant,
    mapping_of,
    word_at,
)
from netcost.source.fault import Fault, Problems, meant
from netcost.source.problem import Problem, Suggestion, write

if TYPE_CHECKING:
    from netcost.language.expression import Expression
    from netcost.layers.layer import Layer

OTHER_WORDS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("input_shape", "input_size", "input_dim", "in_shape", "shape", "inputs_shape"), ("input",)
    ),
    **dict.fromkeys(("batch_size", "batchsize", "N", "n"), ("batch",)),
    **dict.fromkeys(("precision", "data_type", "datatype", "type"), ("dtype",)),
    **dict.fromkeys(("parameters", "variables", "vars", "args", "constants"), ("params",)),
    **dict.fromkeys(
        ("architecture", "arch", "modules", "network", "net", "model", "nodes", "stages"), ("layers",)
    ),
    **dict.fromkeys(("output", "returns"), ("outputs",)),
    **dict.fromkeys(("title", "description", "desc", "comment"), ("name", "note")),
}
"""What keys of a spec are called elsewhere."""

BLOCK_KEYS = ("inputs", "params", "defaults", "layers", "outputs", "note")


class Reading(Record, eq=False):
    """The items of a file, which say the same whatever its parameters are.

    Args:
        blocks: those that the file defines.
        body: its list of layers.
        units: the units of work that it took to read them.
        expressions: those among them, by their text.
        layers: those that need no names, by their type and the values of their fields.
    """

    blocks: dict[str, Block]
    body: Body
    units: int
    expressions: Mapping[str, Expression]
    layers: Mapping[Hashable, Layer]


KEPT: WeakKeyDictionary[Document, Reading] = WeakKeyDictionary()
"""What was found without a fault, as long as its file is kept."""


class SpecFile:
    """A file that has been read, with its parameters' values.

    Args:
        path: what messages call it.
        faulty: some of its blocks or imports could not be read; the fault has been noted.
    """

    def __init__(self, path: str, *, faulty: bool = False) -> None:
        self.path = path
        self.faulty = faulty
        self.alike = Alike()
        """The layers that were read under its defaults."""
        self.params = Scope()
        self.defaults: Defaults = {}
        self.blocks: dict[str, Block] = {}
        self.imports: dict[str, SpecFile] = {}


def top_level(document: Document, problems: list[Problem]) -> MappingNode:
    """The mapping that a file consists of; keys it should not have are noted.

    Raises:
        Fault: the file is something else.
    """
    root = document.root
    if not isinstance(root, MappingNode):
        from netcost.source.foreign_lines import foreign_line

        found = foreign_line(root.text[: root.width]) if isinstance(root, Scalar) else None
        hint = "start with `input: [3, 224, 224]` and `layers:`"
        raise Fault(root.place, *(found or ("a spec is a mapping", hint)))
    unknown = [key for key, _ in root if key.text not in TOP_LEVEL_KEYS]
    if unknown:
        from netcost.language.strange_file import refuse_other_file, unknown_key, unwrapped

        refuse_other_file(root)
        root = unwrapped(root, problems)
        unknown = [key for key, _ in root if key.text not in TOP_LEVEL_KEYS]
        others = ((key, OTHER_WORDS.get(key.text, ())) for key in unknown)
        problems.extend(unknown_key(key, root, words) for key, words in others)
    known = as_meant(root, TOP_LEVEL_KEYS, OTHER_WORDS)
    outputs = known.get("outputs")
    return known if outputs is None or not is_size(outputs) else _without_size(known, problems)


def is_size(node: YamlNode) -> bool:
    """Tell whether lengths stand where names of items are meant."""
    nodes = node.items if isinstance(node, SequenceNode) else [node]
    return bool(nodes) and all(isinstance(each, Scalar) and type(each.value) is int for each in nodes)


def _without_size(root: MappingNode, problems: list[Problem]) -> MappingNode:
    """The file without its outputs, which are lengths: that is noted, in place of what else is said of their key."""
    key = root.key("outputs") or word_at(root, "outputs")
    problems[:] = [each for each in problems if each.place != key.place]
    hint = f"leave `{key.text}` out: the shape of an output follows from the layers"
    problems.append(Problem(key.place, f"`{key.text}` names items, these are lengths", hint))
    pairs = [(each, node) for each, node in root if each is not key]
    return mapping_of(root, pairs)


def read_defaults_of(node: YamlNode | None, outer: Defaults, problems: list[Problem]) -> Defaults:
    """Lay a file's or a block's defaults over those around it, field by field."""
    if node is None:
        return outer
    if not isinstance(node, MappingNode):
        problems.append(
            Problem(
                node.place, "defaults are fields by layer type", "write `defaults: {conv: {norm: batchnorm}}`"
            )
        )
        return outer
    found = read_defaults(node, problems)
    return {**outer, **{kind: {**outer.get(kind, {}), **fields} for kind, fields in found.items()}}


def read_blocks(
    node: YamlNode | None, defaults: Defaults, work: Work, problems: Problems, alike: Alike
) -> dict[str, Block]:
    """Read the blocks of a file; faults are noted."""
    blocks: dict[str, Block] = {}
    if node is None:
        return blocks
    if not isinstance(node, MappingNode):
        problems.append(
            Problem(
                node.place,
                "blocks are definitions by name",
                "write `blocks: {Name: {params: [...], layers: [...]}}`",
            )
        )
        return blocks
    names = {key.text: key for key, _ in node}
    for key, definition in node:
        reader = ItemReader(defaults, work, problems, names, alike)
        try:
            blocks[key.text] = _read_block(key, definition, reader)
        except Fault as fault:
            problems.append(fault.problem)
            blocks[key.text] = faulty_block(key)
    return blocks


def _read_block(key: Scalar, node: YamlNode, reader: ItemReader) -> Block:
    work, problems = reader.work, reader.problems
    work.spend(FOR_A_BLOCK, key)
    name = check_name(key)
    if not name[0].isupper():
        raise Fault(
            key.place,
            f"`{name}` is not the name of a block",
            _capitalised(name),
        )
    if not isinstance(node, MappingNode):
        form = "layers: [...]" if isinstance(node, SequenceNode) else "params: [...], layers: [...]"
        raise Fault(key.place, f"{name} needs a definition", f"write `{name}: {{{form}}}`")
    for each, _ in node:
        if each.text not in BLOCK_KEYS:
            hint = meant(each.text, BLOCK_KEYS, f"a block has {', '.join(BLOCK_KEYS)}")
            problems.append(Problem(each.place, f"unknown key `{each.text}` for a block", hint))
    given = as_meant(node, BLOCK_KEYS)
    layers = given.get("layers")
    if layers is None:
        raise Fault(key.place, f"{name} has no layers", "write `layers: [...]`, also for an empty list")
    defaults = reader.defaults
    reader.defaults = read_defaults_of(given.get("defaults"), defaults, problems)
    if reader.defaults is not defaults:
        reader.alike = Alike()
        work.spend(sum(map(len, reader.defaults.values())), key)
    params = tuple(
        _read_param(each, work) for each in _listed(given.get("params"), "params: [width, stride: 1]")
    )
    _refuse_doubles("parameter", [param.key for param in params])
    inputs = [_scalar(each) for each in _listed(given.get("inputs"), "inputs: [x, skip]")]
    names = tuple(check_name(each) for each in inputs) or ("x",)
    _refuse_doubles("input", inputs)
    body = reader.body(layers)
    _refuse_taken(body, inputs, problems)
    outputs = tuple(map(reference_of, _listed(given.get("outputs"), "outputs: [high, low]")))
    _refuse_doubles("output", outputs)
    _refuse_unknown_outputs(name, outputs, {*names, *(item.name for item in body.items)}, problems)
    return Block(name, key, names, params, body, outputs)


def _capitalised(name: str) -> str:
    """The hint to write the name of a block with a capital, there and wherever it is called."""
    meant = "".join(f"{part[:1].upper()}{part[1:]}" for part in re.split(r"[_-]+", name))
    hint = f"blocks are capitalised: write `{meant}`, here and where it is called"
    return Suggestion(hint, meant, "blocks are capitalised")


def _listed(node: YamlNode | None, example: str) -> list[YamlNode]:
    if node is None:
        return []
    if not isinstance(node, SequenceNode):
        raise Fault(node.place, "expected a list", _as_list(node, example))
    if len(node) > MAX_LIST:
        raise Fault(node.place, f"this list has {len(node):,} names, more than {MAX_LIST:,}")
    return node.items


def _as_list(node: YamlNode, example: str) -> str:
    """The hint to write names as a list, that of the node where it has some."""
    pairs = list(node) if isinstance(node, MappingNode) else []
    texts = [f"{key.text}: {each.text}" for key, each in pairs if isinstance(each, Scalar)]
    texts += [node.text] if isinstance(node, Scalar) else []
    return write(f"[{', '.join(texts)}]", f"write `{example}`") if texts else f"write `{example}`"


def _read_param(node: YamlNode, work: Work) -> Param:
    """Read `width` or `stride: 1`."""
    default = None
    if isinstance(node, MappingNode) and len(node) == 1:
        ((node, value),) = node
        default = read_value(value, work)
    key = _scalar(node)
    check_variable(key)
    if key.text in ITEM_KEYS:
        raise Fault(key.place, f"every item has a key `{key.text}` of its own", "choose another name")
    return Param(key, default)


def _scalar(node: YamlNode) -> Scalar:
    if isinstance(node, Scalar):
        return node
    raise Fault(node.place, "expected a name, or `name: default`", "write `[width, stride: 1]`")


def _refuse_taken(body: Body, inputs: Iterable[Scalar], problems: list[Problem]) -> None:
    """Note the items of a list that are called as one of its inputs is."""
    taken = {key.text: key for key in inputs}
    for item in body.items:
        first = taken.get(item.name)
        if first is not None and item.named_at is not None:
            related = ((first.place, "first used here"),)
            message = f"the name `{item.name}` is used twice"
            problems.append(Problem(item.named_at.place, message, "choose another name", related))


def _refuse_unknown_outputs(
    block: str, outputs: Iterable[Scalar], known: set[str], problems: Problems
) -> None:
    """Note the outputs of a block that name none of its items and inputs, once for all calls."""
    known.discard("")
    for name in outputs:
        if name.text.partition(".")[0] not in known:
            hint = meant(name.text, sorted(known), "give the item a name")
            problems.refuse([Problem(name.place, f"{block} has no item `{name.text}` to put out", hint)])


def _refuse_doubles(what: str, keys: Iterable[Scalar]) -> None:
    seen: dict[str, Scalar] = {}
    for key in keys:
        first = seen.setdefault(key.text, key)
        if first is not key:
            related = ((first.place, "first given here"),)
            raise Fault(key.place, f"the {what} `{key.text}` is given twice", "remove one of them", related)
