"""From the text of a spec to its network: top-level keys, inputs, overrides, imports."""

from __future__ import annotations

import os
from collections import abc
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from netcost.dtypes import Precision
from netcost.language.build import Builder
from netcost.language.calls import check_calls
from netcost.language.frame import Frame, Traits
from netcost.language.inputs import read_batch, read_input, seem_last, warning
from netcost.language.item_keys import DTYPE
from netcost.language.names import TENSOR_NAMES, check_name, reference_of
from netcost.language.read_items import ItemReader
from netcost.language.scope import Lost, Scope
from netcost.language.spec_file import KEPT, Reading, SpecFile, read_blocks, read_defaults_of, top_level
from netcost.language.work import FOR_AN_IMPORT, NODES_A_UNIT, Work
from netcost.layers.refusals import LayerError
from netcost.layers.values import MAX_TEXT
from netcost.network import Network, Node
from netcost.overrides import NO_OVERRIDES, OVERRIDES, Overrides, as_options
from netcost.place import Place
from netcost.record import replace
from netcost.source.document import Document, MappingNode, Scalar, SequenceNode, YamlNode, is_nothing
from netcost.source.fault import Exhausted, Fault, Placed, Problems, TooManyProblems, meant
from netcost.source.problem import Problem, SpecError, Suggestion
from netcost.source.read_document import MAX_BYTES, parse_document

if TYPE_CHECKING:
    from pathlib import PurePosixPath

VERSION = 1
NOTHING_INSTEAD: abc.Mapping[str, bytes] = {}

VERSION_KEYS = ("netcost", "version")
"""What a file may call the version of its language."""

SIZES = ("batch", "input", "set")
"""Overrides by which a sound file may not fit."""

MAX_IMPORTS = 8
MAX_PATH = 4_096

Lines: TypeAlias = abc.Sequence[str]
Reader: TypeAlias = Callable[[str], bytes]
"""Reads the file at a path relative to the spec's folder."""


def load_document(
    document: Document,
    overrides: Overrides = NO_OVERRIDES,
    *,
    read: Reader | None = None,
    work: Work | None = None,
) -> Network:
    """Build the network of a spec that has been read.

    Args:
        document: the spec.
        overrides: what to change about it.
        read: reads the files that it imports; without it, imports are refused.
        work: counts what it asks for, in place of a count of the usual size.

    Raises:
        SpecError: the spec is faulty; it holds every fault that was found.
    """
    loader = _Loader(overrides, read, work)
    try:
        return loader.load(document)
    except SpecError as error:
        found = error
    from netcost.source.proving import Tried, proved

    sizes = {name: value for name, value in overrides.items() if name in SIZES}
    rest = Overrides.named({name: value for name, value in overrides.items() if name not in SIZES})
    if sizes and not _faults(_Loader(rest, read, None), document):
        raise SpecError(_of_overrides(found.problems, sizes, overrides.places), found.sources)

    def again(path: str, text: bytes, left: int) -> Tried:
        trial = _Loader(overrides, read, Work(left=left), {path: text})
        return Tried(_faults(trial, document), trial.work.spent, trial.work.refused)

    raise proved(found, {document.path, *loader.files}, again)


def _faults(loader: _Loader, document: Document) -> abc.Sequence[Problem]:
    """The faults of a spec as a loader reads it."""
    try:
        loader.load(document)
    except SpecError as error:
        return error.problems
    return ()


def _of_overrides(
    problems: abc.Iterable[Problem], sizes: abc.Mapping[str, Any], places: abc.Collection[str]
) -> abc.Iterator[Problem]:
    """The faults of a file that is sound without some overrides: the hint is for these, not for the file."""
    for each in problems:
        hint = f"the file is sound as it is written: `{as_options(sizes)}` does not fit it"
        in_file = each.place.line and each.place.path not in places
        yield replace(each, hint=hint) if in_file else each


class _Loader:
    """One reading of a spec: its files, their faults and lines.

    Args:
        overrides: what to change about it.
        read: reads the files that it imports.
        work: counts what it asks for.
        instead: other texts for some of its files, by their paths.
    """

    def __init__(
        self,
        overrides: Overrides,
        read: Reader | None,
        work: Work | None,
        instead: abc.Mapping[str, bytes] = NOTHING_INSTEAD,
    ) -> None:
        self.instead = instead
        self.overrides = overrides
        self.changed: dict[str, Any] = {}
        """What comes out different by the overrides than the file has it."""
        self.work = work or Work()
        self.size = 0
        self.read = read
        self.problems = Problems()
        self.sources: dict[str, Lines] = {}
        self.without_value: dict[str, Place] = {}
        """Keys of the file that have none."""
        self.files: dict[str, SpecFile] = {}

    def load(self, document: Document) -> Network:
        """Read the main file and build its network."""
        if document.path in self.instead:
            document = parse_document(self.instead[document.path], document.path)
        network = None
        try:
            network = self._network(document)
        except Placed as stop:
            raise SpecError([*self.problems, stop.problem], self.sources) from None
        except (TooManyProblems, Lost):
            pass  # what they come from has been noted, and is raised below
        if self.problems or network is None:
            raise SpecError(self.problems, self.sources)
        network.overrides = self.changed
        return network

    def _network(self, document: Document) -> Network:
        if isinstance(document.root, MappingNode):
            self.without_value = {key.text: key.place for key, node in document.root if is_nothing(node)}
        file, root = self._file(document, "", ())
        reading = self._reading(document, file, root)
        body = reading.body
        network = Network(
            self._name(root, document.path), source=document.path, precision=self._precision(root)
        )
        network.budget, network.sources = root.get("budget"), self.sources
        names = self._inputs(root, file, network)
        check_calls(body, file, self.work, self.problems)
        if not (self.problems or file.imports):  # other files may change between two readings
            KEPT[document] = reading
        frame = Frame(
            file,
            Scope(outer=file.params, hints=TENSOR_NAMES),
            network.inputs[0],
            Traits({DTYPE.name: network.precision}),
        )
        frame.reserved = (body.names,)
        if names:
            frame.tensors.update((node.name, node) for node in network.inputs)
        builder = Builder(network, self.work, self.problems, names)
        last = builder.run(body, frame)
        builder.finish()
        outputs = self._outputs(root, frame, last)
        network.outputs = tuple(each for each in outputs if each is not None)
        return network

    def _reading(self, document: Document, file: SpecFile, root: MappingNode) -> Reading:
        """Read the items of the main file, unless they are known from another network of it."""
        kept = KEPT.get(document)
        if kept is not None and self.work.spent + kept.units <= self.work.most:
            self.work.resume(kept.units, kept.expressions, kept.layers)
            file.blocks = kept.blocks
            return kept
        before = self.work.spent
        self._read_blocks(file, root)
        layers = root.get("layers")
        if layers is None or (isinstance(layers, SequenceNode) and not len(layers)):
            place, message = self._lacking(root, "layers", "this spec has no layers")
            raise Fault(place, message, "write `layers:` and a list below it")
        callable_blocks = None if file.faulty else file.blocks
        reader = ItemReader(file.defaults, self.work, self.problems, callable_blocks, file.alike)
        body, units = reader.body(layers), self.work.spent - before
        return Reading(file.blocks, body, units, {**self.work.expressions}, {**self.work.layers})

    # -- files

    def _file(self, document: Document, folder: str, above: tuple[str, ...]) -> tuple[SpecFile, MappingNode]:
        """Read a file's parameters, defaults and imports."""
        self.work.spend(document.nodes // NODES_A_UNIT, document.root)
        self.size += document.size
        self.sources[document.path] = document.lines
        self.problems.refuse(document.problems)
        root = top_level(document, self.problems)
        for word in VERSION_KEYS:
            self._check_version(word, root.get(word))
        file = SpecFile(document.path)
        file.params = self._params(root, main=not above)
        file.defaults = read_defaults_of(root.get("defaults"), {}, self.problems)
        imports, blocks = root.get("imports"), root.get("blocks")
        file.imports = self._imports(imports, folder, (*above, document.path))
        file.faulty = not all(each is None or isinstance(each, MappingNode) for each in (imports, blocks))
        return file, root

    def _read_blocks(self, file: SpecFile, root: MappingNode) -> None:
        file.blocks = read_blocks(root.get("blocks"), file.defaults, self.work, self.problems, file.alike)

    def _check_version(self, word: str, node: YamlNode | None) -> None:
        if node is not None and not (isinstance(node, Scalar) and node.text == str(VERSION)):
            message = f"this netcost reads version {VERSION} of the spec language"
            self._note(node.place, message, Suggestion(f"write `{word}: {VERSION}`", str(VERSION)))

    def _imports(self, node: YamlNode | None, folder: str, above: tuple[str, ...]) -> dict[str, SpecFile]:
        files: dict[str, SpecFile] = {}
        if node is None:
            return files
        if not isinstance(node, MappingNode):
            entries = node.items if isinstance(node, SequenceNode) else [node]
            paths = [each.text for each in entries if isinstance(each, Scalar)] or ["blocks.yaml"]
            from pathlib import PurePosixPath

            named = ", ".join(f"{PurePosixPath(each).stem}: {each}" for each in paths)
            self._note(node.place, "imports are files by alias", f"write `imports: {{{named}}}`")
            return files
        for key, path in node:
            files[key.text] = SpecFile(above[-1], faulty=True)
            try:
                check_name(key)
                files[key.text] = self._import(path, folder, above)
            except Fault as fault:
                self.problems.append(fault.problem)
            except SpecError as error:
                self.problems.extend(error.problems)
                self.sources.update(error.sources)
        return files

    def _import(self, node: YamlNode, folder: str, above: tuple[str, ...]) -> SpecFile:
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            raise Fault(node.place, "expected the path of a file", "write `alias: file.yaml`")
        from pathlib import PurePosixPath

        relative = _checked_path(node)
        inside = str(PurePosixPath(folder) / relative)
        shown_path = str(PurePosixPath(above[0]).parent / inside)
        if shown_path in above:
            chain = " imports ".join((*above[above.index(shown_path) :], shown_path))
            raise Fault(node.place, "these files import one another", chain)
        if len(above) > MAX_IMPORTS:
            raise Fault(node.place, f"imports are more than {MAX_IMPORTS} deep")
        if shown_path not in self.files:
            self.work.spend(FOR_AN_IMPORT, node)
            data = self.instead.get(shown_path) or self._bytes(inside, node)
            if self.size + len(data) > MAX_BYTES:
                raise Exhausted(
                    node.place, f"with its imports, this spec is larger than {MAX_BYTES // 2**20} MiB"
                )
            self.files[shown_path] = SpecFile(shown_path, faulty=True)
            document = parse_document(data, shown_path)
            file, root = self._file(document, str(PurePosixPath(inside).parent), above)
            self._read_blocks(file, root)
            self.files[shown_path] = file
        return self.files[shown_path]

    def _bytes(self, inside: str, node: Scalar) -> bytes:
        if self.read is None:
            raise Fault(node.place, "a spec from standard input cannot import files")
        try:
            return self.read(inside)
        except FileNotFoundError:
            raise Fault(node.place, f"there is no file `{inside}` beside this one") from None
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise Fault(node.place, f"`{inside}` cannot be read: {reason}") from None

    def _params(self, root: MappingNode, *, main: bool) -> Scope:
        """The values of a file's parameters; only those of the main file may be overridden."""
        overrides = self.overrides if main else NO_OVERRIDES
        if not (overrides or self.problems or "params" in root or "variants" in root):
            return Scope()
        from netcost.language.params import (
            given_values,
            is_own_name,
            names_meant,
            read_params,
            variant_values,
        )

        variant = overrides.get("variant", "")
        chosen = variant_values(root, variant, self.problems)
        if variant and not is_own_name(root, variant):
            self.changed["variant"] = variant
        given = given_values(root, overrides.get("set", {}), self.work, self.problems)
        self.sources.update((each.path, each.lines) for each in given.values() if isinstance(each, Document))
        params, changed = read_params(root, chosen, given, self.work, self.problems)
        if changed:
            self.changed["set"] = changed
        for name in names_meant(root) if self.problems else ():
            params.lose(name)
        return params

    # -- the network's own facts

    def _name(self, root: MappingNode, path: str) -> str:
        name: str = self.overrides.get("variant", "")
        node = root.get("name")
        if node is not None and not (isinstance(node, Scalar) and node.value is not None):
            self._note(node.place, "expected a name")
        elif isinstance(node, Scalar):
            name = name or node.text
        if len(name) > MAX_TEXT:
            place = root.place if node is None else node.place
            self._note(place, f"the name has {len(name):,} characters, more than {MAX_TEXT}")
        return name or os.path.splitext(os.path.basename(path))[0]  # noqa: PTH119, PTH122

    def _precision(self, root: MappingNode) -> Precision:
        found = Precision()
        node = root.get("dtype")
        if node is None and "dtype" not in self.overrides:
            return found
        from netcost.language.formats import read_dtype

        try:
            if node is not None:
                found = read_dtype(node).within(found)
            if "dtype" in self.overrides:
                own, name = found, str(self.overrides["dtype"])
                given = Scalar(OVERRIDES["dtype"].option, 0, 0, 1, name, name, plain=True)
                found = read_dtype(given).within(found)
                if found != own:
                    self.changed["dtype"] = found.short
        except Fault as fault:
            self.problems.append(fault.problem)
        return found

    def _inputs(self, root: MappingNode, file: SpecFile, network: Network) -> dict[str, Scalar]:
        """Enter the inputs into the network, and return the names that the file gives them."""
        self._check_sizes(root)
        batch, changed = read_batch(root.get("batch"), file.params, self.work, self.overrides.get("batch"))
        if changed:
            self.changed["batch"] = batch
        single, several = root.get("input"), root.get("inputs")
        if single is not None and several is not None:
            raise Fault(several.place, "`input` and `inputs` are both given", "keep one of them")
        if single is not None:
            self._input(network, single, file, batch, "input", single.place)
            return {}
        if several is not None and not isinstance(several, MappingNode):
            key = root.key("inputs") or several
            hint = Suggestion(
                "write `input:` for one", "input", "write `inputs: {left: [3, 224, 224]}`", key.place
            )
            raise Fault(several.place, "`inputs` are several inputs by their names", hint)
        from netcost.language.params import entries_of

        entries = entries_of(several, "inputs: {left: [3, 224, 224]}", self.problems)
        if not entries:
            place, message = self._lacking(root, "input", "this spec has no input")
            if several is not None:
                place = several.place
            raise Fault(place, message, "write `input: [3, 224, 224]`")
        size = self.overrides.get("input")
        if size and not isinstance(size, abc.Mapping) and len(entries) > 1:
            raise Fault(
                Place(OVERRIDES["input"].option, 0, 0),
                f"one size is given for {len(entries)} inputs",
                f"give each by its name: `--input {next(iter(entries))}=...`",
            )
        for key, node in entries.values():
            self._input(network, node, file, batch, check_name(key), key.place)
        return {name: key for name, (key, _) in entries.items()}

    def _lacking(self, root: MappingNode, name: str, message: str) -> tuple[Place, str]:
        """Where something is missing, and what to say: its key may stand there without a value."""
        if name in self.without_value:
            return self.without_value[name], f"`{name}` has no value"
        return root.place, message

    def _check_sizes(self, root: MappingNode) -> None:
        """Refuse sizes of inputs that the file does not have.

        Raises:
            Fault: there is one.
        """
        sizes, several = self.overrides.get("input"), root.get("inputs")
        names = [key.text for key, _ in several] if isinstance(several, MappingNode) else ["input"]
        for name in sizes if isinstance(sizes, abc.Mapping) else ():
            if name not in names:
                place = Place(OVERRIDES["input"].option, 0, 0)
                raise Fault(place, f"there is no input `{name[:MAX_TEXT]}`", meant(name, names))

    def _input(
        self, network: Network, node: YamlNode, file: SpecFile, batch: int, name: str, place: Place
    ) -> None:
        sizes = self.overrides.get("input", ())
        named = isinstance(sizes, abc.Mapping)
        override = sizes.get(name, ()) if named else sizes
        shape, changed = read_input(node, file.params, self.work, batch, override)
        if changed and named:
            self.changed["input"] = {**self.changed.get("input", {}), name: shape.sample}
        elif changed:
            self.changed["input"] = shape.sample
        try:
            network.input(shape, name, place)
        except LayerError as error:
            raise Fault(node.place, error.message) from None
        if seem_last(shape):
            where = Place(OVERRIDES["input"].option, 0, 0) if override else node.place
            network.warnings.append(f"{where}: warning: {warning(shape, overridden=bool(override))}")

    def _outputs(self, root: MappingNode, frame: Frame, last: Node | None) -> tuple[Node | None, ...]:
        """What the network is for: the last item, or those that the file names; unknown names are noted."""
        node = root.get("outputs")
        if node is None:
            return (last,)
        found: list[Node | None] = []
        names = node.items if isinstance(node, SequenceNode) else []
        self.work.spend(len(names), node)
        if not names:
            hint = (
                f"write `outputs: [{node.text}]`" if isinstance(node, Scalar) else "write `outputs: [name]`"
            )
            self._note(node.place, "expected a list of names", hint)
        for each in names:
            name = each.text[: MAX_TEXT + 1] if isinstance(each, Scalar) else ""
            if name.partition(".")[0] not in frame.tensors:
                hint = meant(name, frame.tensors, "only named items can be outputs")
                self._note(each.place, f"there is no item `{name}`", hint)
            elif isinstance(each, Scalar):
                from netcost.language.references import find

                found.append(find(reference_of(each), frame, last))
        return tuple(found)

    def _note(self, place: Place, message: str, hint: str = "") -> None:
        self.problems.append(Problem(place, message, hint or None))


def _checked_path(node: Scalar) -> PurePosixPath:
    """A path that stays below the folder of its file.

    Raises:
        Fault: an absolute path, a URL, or one that climbs out.
    """
    if len(node.text) > MAX_PATH:
        raise Fault(node.place, f"this path has {len(node.text):,} characters, more than {MAX_PATH:,}")
    from pathlib import PurePosixPath

    path = PurePosixPath(node.text)
    if "://" in node.text:
        raise Fault(node.place, "only files can be imported, no URLs", "copy the file beside this one")
    if path.is_absolute() or ".." in path.parts or "\\" in node.text or ":" in node.text:
        raise Fault(
            node.place, f"`{node.text}` leads out of the spec's folder", "write a path below it, with `/`"
        )
    return path
