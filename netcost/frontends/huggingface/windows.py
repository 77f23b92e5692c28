"""Which blocks of a decoder look at a sliding window only, as `layer_types` or the code of a family has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from netcost.frontends.huggingface.family import UnfitError, Values

MAX_BLOCKS = 1_000
KINDS = {"full_attention": False, "sliding_attention": True}


def check_blocks(values: Values) -> int:
    """The number of blocks.

    Raises:
        UnfitError: there are more than any list could tell of.
    """
    number: int = values["num_hidden_layers"]
    if number > MAX_BLOCKS:
        raise UnfitError("num_hidden_layers", f"{number:,} blocks are more than {MAX_BLOCKS:,}")
    return number


def sliding(values: Values) -> Values:
    """Whether each block has a sliding window, as `family_sliding`.

    Raises:
        UnfitError: `layer_types` has another length than there are blocks, or a kind that is not known.
    """
    number, kinds = check_blocks(values), values["layer_types"]
    has_window = values["sliding_window"] > 0
    if not kinds:
        has_window = has_window and values["use_sliding_window"]
        slides = WINDOWS[values["family_windows"]]
        return {"family_sliding": [has_window and bool(slides(values, block)) for block in range(number)]}
    if len(kinds) != number:
        raise UnfitError("layer_types", f"{len(kinds):,} kinds of blocks are given for {number:,} blocks")
    strange = next((kind for kind in kinds if kind not in list(KINDS)), None)
    if strange is not None:
        raise UnfitError(
            "layer_types", f"blocks of the kind {strange!r} are not known: {', '.join(KINDS)} are"
        )
    return {"family_sliding": [has_window and KINDS[kind] for kind in kinds]}


def _is_unrotated(values: Values, block: int) -> bool:
    """Tell whether a block does not rotate its queries and keys: those of SmolLM 3 then have the window."""
    rotated, every = values["no_rope_layers"], max(1, values["no_rope_layer_interval"])
    return not (rotated[block] if block < len(rotated) else (block + 1) % every)


WINDOWS: Mapping[str, Callable[[Values, int], bool]] = {
    "all": lambda _, __: True,
    "late": lambda values, block: block >= values["max_window_layers"],
    "early": lambda values, block: block % 2 == 0 and block < values["max_window_layers"],
    "first of two": lambda _, block: block % 2 == 0,
    "all but every": lambda values, block: (block + 1) % max(1, values["sliding_window_pattern"]) != 0,
    "between": lambda values, block: block % max(1, values["global_attn_every_n_layers"]) != 0,
    "unrotated": _is_unrotated,
}
"""Which blocks have a window where the config does not say so, by `family_windows`."""
