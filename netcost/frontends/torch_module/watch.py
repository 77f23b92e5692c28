"""One forward pass as it is watched: each operation becomes a layer."""

from __future__ import annotations

import inspect
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

import torch

from netcost.dtypes import Precision
from netcost.frontends.aten.builder import Builder
from netcost.frontends.aten.values import DTYPES
from netcost.frontends.graph import Graph
from netcost.frontends.honoured import refused
from netcost.frontends.torch_module.record import Composites, Operations, Recorder
from netcost.frontends.torch_module.run import Code
from netcost.language.work import Work
from netcost.network import Network
from netcost.place import Place
from netcost.source.fault import Placed
from netcost.source.problem import SpecError
from netcost.wording import listed

MAX_TRIALS = 8
"""Ways in which inputs are taken for numbers or for whole numbers."""

TOKENS = ("ids", "tokens", "token", "indices", "index", "labels")
"""Ends of the names of inputs that are whole numbers."""

BY_PLACE = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.POSITIONAL_ONLY}
"""Kinds of parameters that are not given by their names."""

MAY_BE_FORMAT = (RuntimeError, TypeError, ValueError, IndexError)
"""What PyTorch raises where a tensor is of another number format than it should be."""

FLOAT, WHOLE = "float", "int64"


def watch(
    code: Code,
    model: torch.nn.Module,
    network: Network,
    own: Precision | None,
    lengths: Mapping[str, tuple[int, ...]],
    batch: int,
    work: Work,
) -> None:
    """Add the layers of a model, as one forward pass calls them.

    Raises:
        SpecError: an input has no size, or the code of the author fails.
    """
    network.precision = own or precision_of(model)
    sizes = named_sizes(code, model, lengths)
    first: BaseException | None = None
    for kinds in itertools.islice(trials(list(sizes)), MAX_TRIALS):
        made = Network(network.name, source=network.source, precision=network.precision)
        try:
            recorder = Recorder(code, model, Builder(Graph(made), own), work)
            _pass(recorder, model, sizes, kinds, batch)
        except (KeyboardInterrupt, SpecError):
            raise
        except Placed as fault:
            raise SpecError([fault.problem]) from None
        except BaseException as error:  # noqa: BLE001  whatever the author's code raises is theirs to read
            first = first or error
            if isinstance(error, MAY_BE_FORMAT) and not isinstance(error, RecursionError):
                continue
            break
        _take_over(network, made)
        whole = [name for name, kind in zip(sizes, kinds, strict=True) if kind == WHOLE]
        network.notes += [f"`{name}` is taken for whole numbers, int64" for name in whole]
        return
    code.fail(first or RuntimeError("there is no input"))


def precision_of(model: torch.nn.Module) -> Precision:
    """The number format that most parameters have."""
    formats = Counter(word_of(each.dtype) for each in model.parameters())
    word = DTYPES.get(formats.most_common(1)[0][0], "float32") if formats else "float32"
    return Precision(word, word)


def word_of(dtype: torch.dtype) -> str:
    """What PyTorch calls a number format."""
    return str(dtype).removeprefix("torch.")


def named_sizes(
    code: Code, model: torch.nn.Module, lengths: Mapping[str, tuple[int, ...]]
) -> Mapping[str, tuple[int, ...]]:
    """The lengths of one sample, by the names of the inputs of `forward`.

    Raises:
        SpecError: there are none, there is no such input, or another one is needed.
    """
    place = Place("--input", 0, 0)
    parameters = _parameters(model)
    takes_any = any(each.kind is inspect.Parameter.VAR_KEYWORD for each in parameters.values())
    plain = [
        name
        for name, each in parameters.items()
        if each.kind not in {inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL}
    ]
    needed = [name for name in plain if parameters[name].default is inspect.Parameter.empty]
    if not lengths:
        wanted = (
            " ".join(f"--input {name}=..." for name in needed) if len(needed) > 1 else "--input 3,224,224"
        )
        raise refused(
            Place(code.shown, 0, 0),
            "it does not say how large its input is",
            f"write the lengths of one sample, without the batch: `{wanted}`",
        )
    found = {name or (plain[0] if plain else "input"): size for name, size in lengths.items()}
    strange = [name for name in found if plain and name not in plain and not takes_any and "" not in lengths]
    if strange:
        raise refused(place, f"`forward` has no input `{strange[0]}`", f"it has {listed(plain, most=None)}")
    missing = [name for name in needed if name not in found]
    if missing:
        raise refused(
            place,
            f"`forward` needs {listed(missing, most=None)}, too",
            f"`--input {missing[0]}=...`, the lengths of one sample",
        )
    return found


def _parameters(model: torch.nn.Module) -> Mapping[str, inspect.Parameter]:
    """What `forward` takes; nothing where Python cannot tell."""
    try:
        return inspect.signature(model.forward).parameters
    except (TypeError, ValueError):
        return {}


def _as_written() -> AbstractContextManager[object]:
    """Let what `torch.compile` is asked for run as it is written."""
    stance = getattr(torch.compiler, "set_stance", None)
    return stance("force_eager") if stance else nullcontext()


def trials(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """What each input may be: as its name says, all numbers, all whole numbers, then each combination."""
    likely = tuple(WHOLE if name.lower().endswith(TOKENS) else FLOAT for name in names)
    order = [
        likely,
        (FLOAT,) * len(names),
        (WHOLE,) * len(names),
        *itertools.product((FLOAT, WHOLE), repeat=len(names)),
    ]
    return iter(dict.fromkeys(order))


def _pass(
    recorder: Recorder,
    model: torch.nn.Module,
    sizes: Mapping[str, tuple[int, ...]],
    kinds: Sequence[str],
    batch: int,
) -> None:
    """Run the model once."""
    number = next((each.dtype for each in model.parameters() if each.is_floating_point()), torch.float32)
    tensors: dict[str, torch.Tensor] = {}
    for (name, size), kind in zip(sizes.items(), kinds, strict=True):
        dtype = torch.int64 if kind == WHOLE else number
        tensors[name] = torch.empty((batch, *size), dtype=dtype, device="meta")
        recorder.enter(name, tensors[name])
    parameters = list(_parameters(model).values())
    by_place = not parameters or parameters[0].kind in BY_PLACE
    with _as_written(), torch.no_grad(), recorder.hooks(), Operations(recorder), Composites(recorder):
        result = model(*tensors.values()) if by_place else model(**tensors)
    recorder.leave(result)


def _take_over(network: Network, made: Network) -> None:
    """Let the network be what was made in its place."""
    notes = network.notes
    vars(network).update({name: value for name, value in vars(made).items() if name != "overrides"})
    network.notes = notes + made.notes
