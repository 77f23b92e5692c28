"""Files that are no spec: reports, budgets, devices; and specs whose keys stand one level too deep."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from netcost.language.fields import TOP_LEVEL_KEYS
from netcost.source.document import MappingNode, Scalar, SequenceNode, mapping_of
from netcost.source.fault import Fault, meant
from netcost.source.foreign_lines import foreign_line
from netcost.source.problem import Problem, Suggestion, one_of

OTHERS: Mapping[str, tuple[Collection[str], str]] = {
    "a report of netcost": (
        ("format_version", "models"),
        "name the network that it is about; `netcost diff` and `netcost check --baseline` compare with a report",
    ),
    "a budget": (("version", "models"), "name the network; `netcost check --budget FILE` reads a budget"),
    "a file of Docker Compose": (("services",), "name the network; a spec has `input` and `layers`"),
    "a file of Kubernetes": (("apiVersion", "kind"), "name the network; a spec has `input` and `layers`"),
    "a workflow of GitHub": (("jobs",), "name the network; a spec has `input` and `layers`"),
    "an environment of conda": (("dependencies",), "name the network; a spec has `input` and `layers`"),
    "the description of a device": (
        ("memory", "bandwidth"),
        "name the network; `netcost analyze SPEC --device FILE` reads a device",
    ),
}
"""Other files of netcost, by keys that they have and specs have not, and what to do with them."""


def refuse_other_file(root: MappingNode) -> None:
    """Refuse a file of netcost that is no spec.

    Raises:
        Fault: it is one; its keys are not told one by one.
    """
    if "layers" in root:
        return
    for what, (keys, hint) in OTHERS.items():
        first = root.key(next(iter(keys)))
        if first is not None and all(key in root for key in keys):
            raise Fault(first.place, f"this is {what}, not a spec", hint)
    models = root.get("models")
    if isinstance(models, SequenceNode) and all(isinstance(each, MappingNode) for each in models):
        what, (_, hint) = list(OTHERS.items())[1]
        raise Fault((root.key("models") or root).place, f"this is {what}, not a spec", hint)


def unwrapped(root: MappingNode, problems: list[Problem]) -> MappingNode:
    """What stands under a single key around the whole spec, as `model:`, which is noted; else the root itself."""
    for key, value in root:
        wraps = isinstance(value, MappingNode) and ("layers" in value or "input" in value)
        if (
            key.text not in TOP_LEVEL_KEYS
            and wraps
            and "layers" not in root
            and isinstance(value, MappingNode)
        ):
            message = f"`{key.text}` is no key of a spec: what stands under it belongs to the top level"
            hint = f"leave `{key.text}:` out, and write {_listed(value)} at the beginning of their lines"
            problems.append(Problem(key.place, message, hint))
            return mapping_of(value, [*value, *(pair for pair in root if pair[0] is not key)])
    return root


def unknown_key(key: Scalar, root: MappingNode, others: Sequence[str]) -> Problem:
    """Say what a key of the file was probably meant to be, or where else such a thing is said.

    Args:
        key: the key.
        root: the file.
        others: the keys that it may stand for.
    """
    message = f"unknown key `{key.text}`"
    foreign = foreign_line(key.text)
    if foreign:
        return Problem(key.place, *foreign)
    word = key.text.lower()
    elsewhere = LENGTHS if word in OF_INPUTS and "input" not in root else ELSEWHERE.get(word, "")
    hint = elsewhere or meant(key.text, TOP_LEVEL_KEYS)
    node = root.get(key.text)
    is_number = isinstance(node, Scalar) and isinstance(node.value, int | float)
    if isinstance(node, Scalar) and is_number and not elsewhere and not isinstance(hint, Suggestion):
        hint = f"a value with a name stands under `params:`, as in `params: {{{key.text}: {node.text}}}`"
    return Problem(key.place, message, one_of(others, hint))


_TRAINING = (
    *("optimizer", "optim", "loss", "criterion", "lr", "learning_rate", "epochs", "momentum", "weight_decay"),
    *("scheduler", "metrics", "callbacks", "dataset", "data", "train", "training", "seed", "pretrained"),
    *("checkpoint", "weights", "augmentation", "transforms", "trainer"),
)

OF_INPUTS = ("channels", "height", "width", "image_size", "img_size", "imgsz", "resolution", "in_channels")
LENGTHS = "write the lengths as `input: [channels, height, width]`"
"""Keys that say elsewhere what comes in, and where that is said."""

ELSEWHERE = {
    **dict.fromkeys(_TRAINING, "leave it out: a spec says what a network is, not how it is trained"),
    **dict.fromkeys(
        ("device", "gpu", "cuda", "hardware"),
        "leave it out: `netcost memory SPEC --device NAME` asks for one",
    ),
}
"""Keys of other programs' files, and what becomes of them."""


def _listed(node: MappingNode) -> str:
    keys: list[Scalar] = [key for key, _ in node]
    return ", ".join(f"`{key.text}:`" for key in keys[:4])
