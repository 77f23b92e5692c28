"""Keras's layers that netcost has, by the signatures of keras.layers."""

from __future__ import annotations

from collections.abc import Iterator

from netcost.language.signature import Signature, plain, ranked, signature

FILTERS = "kernel_initializer bias_initializer kernel_regularizer bias_regularizer kernel_constraint bias_constraint"
DEPTHWISE = FILTERS.replace("kernel", "depthwise")
GATES = f"{FILTERS} recurrent_initializer recurrent_regularizer recurrent_constraint"
SCALES = (
    "beta_initializer gamma_initializer beta_regularizer gamma_regularizer beta_constraint gamma_constraint"
)
STATES = "dropout recurrent_dropout seed return_sequences return_state go_backwards stateful"
TABLE = "embeddings_initializer embeddings_regularizer embeddings_constraint"


def layers_over_maps() -> Iterator[Signature]:
    """Those over signals, images and volumes."""
    kind = "Keras"
    window = "strides padding data_format"
    yield from ranked(
        kind,
        "Conv{0}D Convolution{0}D",
        "conv{}d",
        f"filters kernel_size {window} dilation_rate groups activation use_bias | {FILTERS}",
        2,
    )
    yield from ranked(
        kind,
        "Conv{0}DTranspose Convolution{0}DTranspose",
        "convtranspose{}d",
        f"filters kernel_size strides padding | output_padding data_format dilation_rate activation use_bias {FILTERS}",
        2,
        pad="valid",
    )
    yield from ranked(
        kind,
        "DepthwiseConv{0}D",
        "dwconv{}d",
        f"kernel_size strides padding depth_multiplier data_format dilation_rate activation use_bias | {DEPTHWISE}",
        1,
        most=2,
    )
    yield from ranked(
        kind,
        "SeparableConv{0}D SeparableConvolution{0}D",
        "separable{}d",
        "filters kernel_size strides padding data_format dilation_rate depth_multiplier activation use_bias | "
        f"{DEPTHWISE} pointwise_initializer pointwise_regularizer pointwise_constraint",
        2,
        most=2,
    )
    pool = f"pool_size {window}"
    yield from ranked(kind, "MaxPool{0}D MaxPooling{0}D", "maxpool{}d", pool, 0, kernel=2)
    yield from ranked(kind, "AvgPool{0}D AveragePooling{0}D", "avgpool{}d", pool, 1)
    yield from ranked(
        kind, "AdaptiveAveragePooling{0}D", "adaptiveavgpool{}d", "output_size | data_format", 1
    )
    yield from ranked(kind, "AdaptiveMaxPooling{0}D", "adaptivemaxpool{}d", "output_size | data_format", 1)
    yield from ranked(kind, "GlobalAvgPool{0}D GlobalAveragePooling{0}D", "gap", "data_format keepdims", 0)
    yield from ranked(kind, "GlobalMaxPool{0}D GlobalMaxPooling{0}D", "gmp", "data_format keepdims", 0)
    yield from ranked(kind, "SpatialDropout{0}D", "dropout", "rate | seed data_format", 1)
    yield signature(kind, "ZeroPadding1D", "pad", "padding=sides | data_format", 0, size=1)
    yield signature(kind, "Cropping1D", "crop", "cropping=sides | data_format", 0, margins=1)
    for rank in (2, 3):
        yield signature(kind, f"ZeroPadding{rank}D", "pad", "padding=size | data_format", 0, size=1)
        yield signature(kind, f"Cropping{rank}D", "crop", "cropping=margins | data_format", 0, margins=0)
    yield from ranked(
        kind, "UpSampling{0}D", "upsample", "size=scale | data_format interpolation=mode", 0, scale=2
    )
    yield signature(kind, "CenterCrop", "crop", "height width data_format", 2)
    yield signature(
        kind,
        "Resizing",
        "upsample",
        "height width interpolation=mode | crop_to_aspect_ratio pad_to_aspect_ratio fill_mode fill_value antialias data_format",
        2,
        mode="bilinear",
    )


def layers() -> Iterator[Signature]:
    """All others."""
    kind = "Keras"
    yield signature(
        kind,
        "Dense",
        "linear",
        f"units activation use_bias | {FILTERS} input_dim lora_rank lora_alpha quantization_config",
        1,
    )
    yield signature(
        kind,
        "Embedding",
        "embedding",
        f"input_dim output_dim | {TABLE} mask_zero weights input_length lora_rank lora_alpha quantization_config",
        2,
    )
    norm = f"epsilon center scale {SCALES}"
    moving = "moving_mean_initializer moving_variance_initializer"
    yield signature(
        kind,
        "BatchNormalization",
        "batchnorm",
        f"| axis momentum {norm} {moving} renorm renorm_clipping renorm_momentum synchronized",
        0,
    )
    yield signature(kind, "LayerNormalization", "layernorm", f"| axis {norm}", 0)
    yield signature(kind, "RMSNormalization", "rmsnorm", "| axis epsilon", 0)
    yield signature(kind, "GroupNormalization", "groupnorm", f"groups | axis {norm}", 0, groups=32)
    attended = f"use_bias {FILTERS} flash_attention sliding_window use_gate dropout seed"
    yield signature(
        kind,
        "MultiHeadAttention",
        "attention",
        f"num_heads key_dim | value_dim output_shape attention_axes {attended}",
        2,
    )
    yield signature(
        kind,
        "GroupQueryAttention",
        "attention",
        f"head_dim num_query_heads=heads num_key_value_heads | {attended}",
        3,
    )
    for name, head, more in (
        ("SimpleRNN", "rnn", "use_bias=single_bias unroll"),
        ("LSTM", "lstm", "use_bias=single_bias recurrent_activation unit_forget_bias unroll use_cudnn"),
        ("GRU", "gru", "use_bias reset_after recurrent_activation unroll use_cudnn"),
    ):
        bias = {} if head == "gru" else {"bias": "single"}
        yield signature(
            kind, name, head, f"units activation | {more} {GATES} {STATES}", 1, sequences=False, **bias
        )
    yield from ranked(
        kind,
        "ConvLSTM{0}D",
        "convlstm{}d",
        "filters kernel_size strides padding data_format dilation_rate activation | recurrent_activation "
        f"use_bias=single_bias unit_forget_bias {GATES} {STATES}",
        2,
        most=2,
        sequences=False,
    )
    yield from plain(kind, "Add Subtract Average Maximum Minimum")
    yield signature(kind, "Dot", "dot", "| axes normalize", 0)
    yield signature(kind, "Multiply", "mul", "", 0)
    yield signature(kind, "Concatenate", "concat", "| axis=joined.axis", 0)
    yield signature(kind, "Reshape", "reshape", "target_shape", 1)
    yield signature(kind, "Permute", "permute", "dims", 1)
    yield signature(kind, "Flatten", "flatten", "data_format", 0)
    yield signature(kind, "Identity", "identity", "", 0)
    yield signature(kind, "Masking", "identity", "mask_value", 0)
    yield signature(kind, "ActivityRegularization", "identity", "l1 l2", 0)
    yield signature(kind, "GaussianNoise", "identity", "stddev seed", 1)
    yield signature(kind, "GaussianDropout", "dropout", "rate seed", 1)
    yield signature(kind, "AlphaDropout", "dropout", "rate noise_shape seed", 1)
    yield signature(kind, "Dropout", "dropout", "rate noise_shape seed", 1)
    yield signature(kind, "ReLU", "relu", "max_value negative_slope threshold", 0)
    yield signature(kind, "LeakyReLU", "leakyrelu", "negative_slope", 0)
    yield signature(kind, "ELU", "elu", "alpha", 0)
    yield signature(kind, "Softmax", "softmax", "axis=feature.axis", 0)
    yield signature(
        kind,
        "PReLU",
        "prelu",
        "| alpha_initializer alpha_regularizer alpha_constraint shared_axes",
        0,
        per_channel=True,
    )
