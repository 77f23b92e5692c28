"""A model of PyTorch in a file of Python, `net.py:Net`: the file is run, by the torch that netcost runs beside.

Nothing is computed: tensors are on the meta device, where they have shapes and no numbers. What the model does is seen by
the operations that it calls. Only the door lets a file be run, where a person has named it.
"""

from __future__ import annotations

from pathlib import PurePath

from netcost.frontends import Source
from netcost.frontends.graph import precision_of, sizes_of
from netcost.frontends.honoured import honoured, refused
from netcost.language.work import Work
from netcost.network import Network
from netcost.overrides import Overrides
from netcost.place import Place

HONOURED = {"batch", "dtype", "input", "arg"}


def read(source: Source, overrides: Overrides, work: Work) -> Network:
    """Run a file, make its model and watch one forward pass.

    Raises:
        SpecError: there is no PyTorch, no such model, no size of an input, or the code of the author fails.
    """
    taken = honoured(source.path, overrides, HONOURED)
    place = Place(source.path, 0, 0)
    try:
        import torch
    except ImportError as error:
        raise refused(
            place,
            f"to read this model takes PyTorch, which cannot be imported here: {error}",
            "`python -m pip install torch`, where netcost is installed; without it, a .pt2 that `torch.export.save` writes can be read",
        ) from None
    from netcost.frontends.torch_module.run import running
    from netcost.frontends.torch_module.watch import watch

    own = precision_of(taken["dtype"]) if taken.get("dtype") else None
    with running(source) as code:
        model = code.model(source.member, taken.get("arg", {}))
        network = Network(f"{PurePath(source.file or source.path).stem}:{source.member}", source=source.path)
        watch(code, model, network, own, sizes_of(taken.get("input")), taken.get("batch", 1), work)
    network.overrides = taken
    file = PurePath(source.file or source.path).name
    network.notes.insert(0, f"{file} was run to read it, by PyTorch {torch.__version__} without numbers")
    return network
