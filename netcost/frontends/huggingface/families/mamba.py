"""Mamba."""

from __future__ import annotations

from netcost.frontends.huggingface.family import Family

FAMILY = Family(
    template="mamba",
    models={"mamba": {}},
    heads=("ForCausalLM", "Model"),
    aliases={"d_model": "hidden_size", "n_layer": "num_hidden_layers"},
    passed=frozenset(
        {
            *("intermediate_size", "d_inner", "time_step_scale", "time_step_min", "time_step_max"),
            *("time_step_init_scheme", "time_step_floor", "residual_in_fp32", "rescale_prenorm_residual"),
            *("use_mambapy", "use_associative_scan", "fused_add_norm", "rms_norm", "ssm_cfg"),
            *("pad_vocab_size_multiple",),
        }
    ),
    act=("hidden_act", "silu"),
)
