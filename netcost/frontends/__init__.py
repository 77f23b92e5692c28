"""The one door for models: whatever a file is written in, it comes out as a network.

A front end is a module of this package with `read(source, overrides, work) -> Network`, and an entry of `FORMATS`. It
calls `Network.add` and may let its errors through: they know their place. It is imported when a file of its format
is read.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO

from netcost.frontends import known
from netcost.language.work import Work
from netcost.network import MisfitError, Network
from netcost.overrides import NO_OVERRIDES, Overrides, RefusedError, applied
from netcost.place import Place
from netcost.record import Record
from netcost.source.fault import Placed
from netcost.source.files import read_or_map, real_below, too_large
from netcost.source.problem import Problem, SpecError, file_error, nearest
from netcost.source.read_document import MAX_BYTES, unreadable

if TYPE_CHECKING:
    from mmap import mmap


class Source(Record, eq=False):
    """A model as it was found.

    Args:
        path: what messages call it.
        data: the bytes of the file, mapped where there are many.
        beside: reads the file at a path relative to this one's folder, mapped where it is large; None where nothing
            lies beside it.
        member: what is meant in a file of code: `Net` of `net.py:Net`.
        file: where the file really is, for what runs it; empty where there is none.
    """

    path: str
    data: bytes | mmap
    beside: Callable[[str], bytes | mmap] | None = None
    member: str = ""
    file: str = ""

    def stream(self) -> BinaryIO:
        """The bytes as a file that is read from the start."""
        from io import BufferedReader, BytesIO

        if isinstance(self.data, bytes):
            return BytesIO(self.data)
        from netcost.frontends.mapped import Mapped

        return BufferedReader(Mapped(self.data))


class Format(Record):
    """What models can be written in, and how a file of it is known.

    Args:
        name: what it is called.
        module: what reads it; empty where nothing does.
        suffixes: how its files usually end.
        recognises: tells by the content; the suffix only breaks ties.
        about: whose files they are, or what to do with them where nothing reads them.
        mark: how they are recognised, in words.
        most: bytes of a file that are read at most.
        runs_code: whether to read it is to run it.
    """

    name: str
    module: str
    suffixes: tuple[str, ...]
    recognises: Callable[[Source], bool]
    about: str = ""
    mark: str = ""
    most: int = MAX_BYTES
    runs_code: bool = False


CODE = ".py"
MAX_STREAMED = 64 * 2**20
"""Bytes that are read from what cannot be mapped: a pipe, standard input, what git has stored."""

VERY_LIKE = 0.75
"""Share of letters in common by which a file is taken for another that is not there."""

MAPPED = 2**31
"""Bytes of a file that is mapped and not read: as many as a message of protobuf may have."""

FORMATS: list[Format] = [
    Format(
        *("code", "netcost.frontends.torch_module", (), known.is_code),
        about="a class, a function or a module of PyTorch: `net.py:Net --input 3,224,224`; its file is run",
        mark="the path, `FILE.py:NAME`",
        runs_code=True,
    ),
    Format(
        *("PyTorch export", "netcost.frontends.pt2", (".pt2",), known.is_pt2),
        about="what `torch.export.save` writes",
        mark="a zip file with `models/*.json`",
        most=MAPPED,
    ),
    Format(
        *("Keras", "netcost.frontends.keras", (".keras",), known.is_keras),
        about="`model.save('net.keras')`, or the text of `model.to_json()`",
        mark="a zip file with `config.json` and `metadata.json`; JSON with `class_name` and `config`",
        most=MAPPED,
    ),
    Format(
        *("TorchScript or pickle", "", (".pt", ".pth"), known.is_pickle),
        about=f"a pickle can run code, so it is not opened; {known.EXPORT}",
        mark="a zip file with `data.pkl`, or the mark of a pickle",
        most=MAPPED,
    ),
    Format(
        *("HDF5", "", (".h5", ".hdf5"), known.is_hdf5),
        about="save it as `net.keras`, or `model.to_json()` as net.json",
        mark="the mark of HDF5",
        most=MAPPED,
    ),
    Format(
        *("TFLite", "netcost.frontends.tflite", (".tflite",), known.is_tflite),
        about="TensorFlow Lite, LiteRT",
        mark="`TFL3` after four bytes",
        most=MAPPED,
    ),
    Format(
        *("GGUF", "netcost.frontends.gguf", (".gguf",), known.is_gguf),
        about="llama.cpp",
        mark="`GGUF` at the start",
        most=2**46,
    ),
    Format(
        *("safetensors", "netcost.frontends.safetensors", (".safetensors",), known.is_safetensors),
        about="weights alone: parameters and bytes by tensor",
        mark="the length of a JSON header, and the header",
        most=2**46,
    ),
    Format(
        *("Hugging Face", "netcost.frontends.huggingface", (".json",), known.is_huggingface),
        about="the config.json of a model",
        mark="JSON with `model_type` or `architectures`",
    ),
    Format(
        *("SavedModel or frozen graph", "", (".pb",), known.is_frozen),
        about="convert it: `python -m tf2onnx.convert --saved-model FOLDER --output net.onnx`",
        mark="the suffix `.pb`",
        most=MAPPED,
    ),
    Format(
        *("ONNX", "netcost.frontends.onnx", (".onnx",), known.is_onnx),
        about="ONNX, also quantised and optimised",
        mark="the first fields of an ONNX message",
        most=MAPPED,
    ),
    Format(
        *("Darknet", "netcost.frontends.darknet", (".cfg",), known.is_darknet),
        about="the .cfg of Darknet and YOLO up to version 4",
        mark="a first section `[net]` or `[network]`",
    ),
    Format(
        *("Caffe", "netcost.frontends.caffe", (".prototxt",), known.is_caffe),
        about="a .prototxt, as it is deployed",
        mark="`layer {` or `layers {`",
    ),
    Format(
        *("Ultralytics", "netcost.frontends.ultralytics", (".yaml", ".yml"), known.is_ultralytics),
        about="a model file of Ultralytics' YOLO; `--variant n` is its scale",
        mark="YAML with `backbone:` and `head:`",
    ),
    Format(
        *("spec", "netcost.frontends.spec", (".yaml", ".yml"), lambda _: True),
        about="netcost's own language",
        mark="all other text",
    ),
]
"""Every format; the first that recognises a file reads it, and the last takes what is left."""


def format_of(source: Source) -> Format:
    """The format that a file is of."""
    return next(each for each in FORMATS if each.recognises(source))


def load(source: Source, overrides: Overrides = NO_OVERRIDES, *, work: Work | None = None) -> Network:
    """Read a network in whatever format it is written.

    Args:
        source: the file.
        overrides: what to change about it.
        work: counts what it asks for, in place of a count of the usual size.

    Raises:
        SpecError: the model is faulty; it holds every fault that was found.
    """
    if known.is_pointer(source):
        raise file_error(source.path, *known.POINTED)
    found = format_of(source)
    if found is FORMATS[-1] and not source.path.endswith(found.suffixes):
        from netcost.frontends.misnamed import refuse_misnamed

        names = {suffix: (each.name, each.about) for each in FORMATS for suffix in each.suffixes}
        refuse_misnamed(source, names)
    if len(source.data) > found.most:
        reason = too_large(len(source.data), found.most)
        raise file_error(source.path, f"this file cannot be read: {reason}")
    if not source.data and found is not FORMATS[-1]:
        raise file_error(source.path, "this file is empty", "fetch it again, or save it anew")
    if not found.module:
        message = f"this is {found.name}, which netcost does not read"
        raise SpecError([Problem(Place(source.path, 0, 0), message, found.about)])
    try:
        network: Network = import_module(found.module).read(source, overrides, work or Work())
    except Placed as fault:
        raise SpecError([fault.problem]) from None
    except MisfitError as error:
        place = error.place or Place(source.path, 0, 0)
        raise SpecError([Problem(place, error.message, error.hint or None, error.related)]) from None
    network.warnings += [
        f"{node.place or node.name}: warning: nothing uses the output of `{node.name}`"
        for node in network.unused()
    ]
    try:
        return applied(network, overrides)
    except RefusedError as error:
        raise SpecError([Problem(Place(error.override.option, 0, 0), error.message)]) from None


def load_path(
    path: str | os.PathLike[str],
    overrides: Overrides = NO_OVERRIDES,
    name: str = "",
    *,
    stream: bool = False,
    run_code: bool = False,
    work: Work | None = None,
) -> Network:
    """Read a network from a file; `name` is what messages call it, `stream` as for `read_file`.

    Raises:
        SpecError: the file cannot be read, the model is faulty, or it is code and may not be run.
    """
    return load(source_at(path, name, stream=stream, run_code=run_code), overrides, work=work)


def source_at(
    path: str | os.PathLike[str], name: str = "", *, stream: bool = False, run_code: bool = False
) -> Source:
    """Read a file, once; files beside it are read from its folder and below.

    Raises:
        SpecError: it cannot be read, or it is code and may not be run.
    """
    given = os.fspath(path).rstrip("/") or "/"
    shown = name or given
    file, member = known.parted(given)
    if member and not run_code:
        message = "to read this model is to run its file"
        hint = "`--run-code` allows it, in Python `run_code=True`; or hold an export to the budget: `torch.export.save(...)` writes a .pt2"
        raise SpecError([Problem(Place(shown, 0, 0), message, hint)])
    if not member and file.endswith(CODE):
        message = "this is code, and it does not say which network of it is meant"
        raise SpecError(
            [Problem(Place(shown, 0, 0), message, f"write {shown}:Net, with the name of a class or function")]
        )
    try:
        data = read_or_map(file, MAX_STREAMED, stream=stream)
    except OSError as error:
        instead = _instead(shown) if shown.rstrip("/") == given else None
        raise unreadable(shown, error, instead) from None
    folder = os.path.dirname(file)  # noqa: PTH120
    return Source(
        shown, data, lambda relative: read_or_map(real_below(folder, relative), MAX_BYTES), member, file
    )


def _instead(path: str) -> str | None:
    """What was probably meant by a path that cannot be read: a file beside it, or in it if it is a folder."""
    if os.path.isdir(path):  # noqa: PTH112
        inside = models_in(path)
        first = next((name for name in inside if name == known.CONFIG), next(iter(inside), ""))
        return f"name a file in it: `{os.path.join(path, first)}`" if first else None  # noqa: PTH118
    near = "" if os.path.lexists(path) else file_near(path)
    return f"did you mean `{near}`?" if near else None


def file_near(path: str) -> str:
    """The file beside a path that is not there that was probably meant: one without its suffix, or one like it."""
    folder, name = os.path.split(path)
    files = {each: each for each in models_in(folder or ".")}
    stems = {os.path.splitext(each)[0]: each for each in files}  # noqa: PTH122
    wanted = os.path.splitext(name)[0]  # noqa: PTH122
    found = stems.get(wanted) or stems.get(nearest(wanted, stems, VERY_LIKE) or "", "")
    return os.path.join(folder, found) if found else ""  # noqa: PTH118


def models_in(folder: str = ".") -> Sequence[str]:
    """The files of a folder that look like models by their suffix; none where it may not be listed."""
    suffixes = tuple(suffix for each in FORMATS for suffix in each.suffixes)
    try:
        return sorted(name for name in os.listdir(folder) if name.endswith(suffixes))  # noqa: PTH208
    except OSError:
        return []
