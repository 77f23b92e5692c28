"""PyTorch's layers that netcost has, by the signatures of torch.nn."""

from __future__ import annotations

from collections.abc import Iterator

from netcost.language.signature import Signature, plain, ranked, signature


def layers_of_ranks() -> Iterator[Signature]:
    """Those that there are for one, two and three dimensions."""
    kind = "PyTorch"
    rest = "stride padding dilation groups bias padding_mode"
    spread = "stride padding output_padding groups bias dilation padding_mode"
    stats = "eps momentum affine track_running_stats | bias"
    yield from ranked(kind, "Conv{}d", "conv{}d", f"in_channels out_channels kernel_size {rest}", 3)
    yield from ranked(kind, "LazyConv{}d", "conv{}d", f"out_channels kernel_size {rest}", 2)
    yield from ranked(
        kind, "ConvTranspose{}d", "convtranspose{}d", f"in_channels out_channels kernel_size {spread}", 3
    )
    yield from ranked(
        kind, "LazyConvTranspose{}d", "convtranspose{}d", f"out_channels kernel_size {spread}", 2
    )
    yield from ranked(
        kind, "MaxPool{}d", "maxpool{}d", "kernel_size stride padding dilation return_indices ceil_mode", 1
    )
    yield from ranked(
        kind,
        "AvgPool{}d",
        "avgpool{}d",
        "kernel_size stride padding ceil_mode count_include_pad | divisor_override",
        1,
    )
    yield from ranked(kind, "LPPool{}d", "lppool{}d", "norm_type kernel_size stride ceil_mode", 2)
    yield from ranked(kind, "MaxUnpool{}d", "maxunpool{}d", "kernel_size stride padding", 1)
    yield from ranked(kind, "AdaptiveAvgPool{}d", "adaptiveavgpool{}d", "output_size", 1)
    yield from ranked(kind, "AdaptiveMaxPool{}d", "adaptivemaxpool{}d", "output_size | return_indices", 1)
    yield from ranked(kind, "BatchNorm{}d", "batchnorm{}d", f"num_features {stats}", 1)
    yield from ranked(kind, "LazyBatchNorm{}d", "batchnorm{}d", stats, 0)
    yield from ranked(kind, "InstanceNorm{}d", "instancenorm{}d", f"num_features {stats}", 1)
    yield from ranked(kind, "LazyInstanceNorm{}d", "instancenorm{}d", stats, 0)
    yield from ranked(kind, "Dropout{}d", "dropout{}d", "p inplace", 0)
    yield from ranked(
        kind,
        "ZeroPad{}d ReflectionPad{}d ReplicationPad{}d CircularPad{}d",
        "pad",
        "padding=sides",
        1,
    )
    yield from ranked(kind, "ConstantPad{}d", "pad", "padding=sides value", 2)
    yield signature(kind, "UpsamplingNearest2d", "upsample", "size scale_factor", 0)
    yield signature(kind, "UpsamplingBilinear2d", "upsample", "size scale_factor", 0, mode="bilinear")


def layers() -> Iterator[Signature]:
    """All others."""
    kind = "PyTorch"
    stats = "eps momentum affine track_running_stats | bias"
    yield signature(kind, "SyncBatchNorm", "batchnorm", f"num_features {stats} process_group", 1)
    yield signature(kind, "GroupNorm", "groupnorm", "num_groups num_channels eps affine | bias", 2)
    yield signature(kind, "LayerNorm", "layernorm", "normalized_shape | eps elementwise_affine bias", 1)
    yield signature(kind, "RMSNorm", "rmsnorm", "normalized_shape | eps elementwise_affine", 1)
    yield signature(kind, "LocalResponseNorm", "lrn", "size alpha beta k", 1)
    yield signature(kind, "Linear", "linear", "in_features out_features bias", 2)
    yield signature(kind, "LazyLinear", "linear", "out_features bias", 1)
    yield signature(
        kind,
        "Embedding",
        "embedding",
        "num_embeddings embedding_dim padding_idx max_norm norm_type scale_grad_by_freq sparse _weight _freeze",
        2,
    )
    yield signature(
        kind,
        "MultiheadAttention",
        "attention",
        "embed_dim num_heads dropout bias add_bias_kv add_zero_attn kdim vdim batch_first",
        2,
    )
    state = "bias batch_first dropout bidirectional"
    yield signature(kind, "RNN", "rnn", f"input_size hidden_size num_layers nonlinearity {state}", 2)
    yield signature(kind, "LSTM", "lstm", f"input_size hidden_size num_layers {state} proj_size", 2)
    yield signature(kind, "GRU", "gru", f"input_size hidden_size num_layers {state}", 2)
    yield signature(kind, "FrozenBatchNorm2d", "frozenbatchnorm2d", "num_features eps", 1)
    yield signature(kind, "StochasticDepth", "droppath", "p mode=sampling", 2)
    yield signature(kind, "Unfold", "unfold", "kernel_size dilation padding stride", 1)
    yield signature(kind, "Fold", "fold", "output_size kernel_size dilation padding stride", 2)
    yield signature(
        kind,
        "EmbeddingBag",
        "embeddingbag",
        "num_embeddings embedding_dim max_norm norm_type scale_grad_by_freq mode sparse _weight include_last_offset padding_idx",
        2,
    )
    yield signature(kind, "Flatten", "flatten", "start_dim end_dim", 0)
    yield signature(kind, "ChannelShuffle", "channelshuffle", "groups", 1)
    yield signature(kind, "PixelShuffle", "pixelshuffle", "upscale_factor", 1)
    yield signature(kind, "PixelUnshuffle", "pixelunshuffle", "downscale_factor", 1)
    yield signature(
        kind, "Upsample", "upsample", "size scale_factor mode align_corners recompute_scale_factor", 0
    )
    yield from plain(kind, "ReLU ReLU6 SELU SiLU Mish Hardsigmoid Hardswish", "inplace")
    yield from plain(kind, "Sigmoid LogSigmoid Tanh Softsign Identity")
    yield from plain(kind, "Softmax LogSoftmax GLU", "dim=feature.axis")
    yield from plain(kind, "Dropout", "p inplace")
    for name in ("AlphaDropout", "FeatureAlphaDropout"):
        yield signature(kind, name, "dropout", "p inplace", 0)
    yield signature(kind, "Softmax2d", "softmax", "", 0)
    yield signature(kind, "GELU", "gelu", "approximate", 0)
    yield signature(kind, "Softplus", "softplus", "beta threshold", 0)
    yield signature(kind, "Hardtanh", "hardtanh", "min_val max_val inplace min_value max_value", 0)
    yield signature(kind, "LeakyReLU", "leakyrelu", "negative_slope inplace", 0)
    yield signature(kind, "ELU", "elu", "alpha inplace", 0)
    yield signature(kind, "PReLU", "prelu", "num_parameters init", 0)
    yield signature(
        kind,
        "TransformerEncoderLayer",
        "encoder",
        "d_model nhead dim_feedforward dropout activation layer_norm_eps batch_first norm_first bias",
        2,
    )
