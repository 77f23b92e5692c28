"""ALBERT."""

from __future__ import annotations

from netcost.frontends.huggingface.family import Family, UnfitError, Values
from netcost.frontends.huggingface.windows import check_blocks


def runs(values: Values) -> Values:
    """How often each group of blocks runs, as `family_runs`: the block i is one of the group i / (blocks / groups).

    Raises:
        UnfitError: there are more groups than blocks, or none.
    """
    blocks, groups = check_blocks(values), values["num_hidden_groups"]
    if not 0 < groups <= blocks:
        raise UnfitError("num_hidden_groups", f"{groups:,} groups are made of {blocks:,} blocks")
    of_block = [block * groups // blocks for block in range(blocks)]
    return {"family_runs": [of_block.count(group) for group in range(groups)]}


FAMILY = Family(
    template="albert",
    models={"albert": {}},
    heads=(
        *("Model", "ForMaskedLM", "ForPreTraining", "ForSequenceClassification"),
        *("ForTokenClassification", "ForQuestionAnswering"),
    ),
    passed=frozenset({"down_scale_factor", "gap_size", "net_structure_type", "num_memory_blocks"}),
    only={"position_embedding_type": ("absolute",)},
    outputs={"albert/ForPreTraining": ("pretraining.lm_head", "pretraining.sentence_order")},
    derive=runs,
)
