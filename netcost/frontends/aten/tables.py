"""ATen's operations by what they do, as far as no layer stands for one of them.

Written down by hand from PyTorch's own tags (`torch.Tag.pointwise`, the views and reductions of native_functions.yaml)
and the composite operations that are made of them. A trailing underscore, an operation in place, is left out.
"""

from __future__ import annotations

from collections.abc import Mapping


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CREATES = _words("""
    arange bartlett_window bernoulli blackman_window complex_range empty empty_like empty_permuted empty_strided eye full
    full_like hamming_window hann_window kaiser_window linspace logspace multinomial new_empty new_empty_strided new_full
    new_ones new_zeros normal ones ones_like rand rand_like randint randint_like randn randn_like randperm range
    scalar_tensor tril_indices triu_indices zeros zeros_like uniform exponential geometric log_normal cauchy random
    sym_size sym_stride sym_numel sym_storage_offset
""")
"""What makes tensors that are the same for all data, or random."""

SILENT = _words("""
    _assert_tensor_metadata _assert_scalar _assert_async _functional_assert_async _functional_assert_scalar
    sym_constrain_range sym_constrain_range_for_size _local_scalar_dense item is_nonzero equal is_same_size
    _print record_stream _has_compatible_shallow_copy_type set_data retain_grad size stride numel dim is_floating_point
    _has_same_storage_numel storage_offset
""")
"""What puts out no tensor: checks, and questions about sizes."""

SAME = _words("""
    alias alias_copy contiguous detach detach_copy dropout feature_dropout alpha_dropout feature_alpha_dropout lift lift_fresh
    lift_fresh_copy native_dropout requires_grad resolve_conj resolve_neg to type_as _to_copy clone _conj conj
    conj_physical positive _autocast_to_full_precision _autocast_to_reduced_precision copy pin_memory to_dense
    _lazy_clone nan_to_num_view bernoulli_dropout
""")
"""What hands its input on, perhaps as a copy or in another number format."""

RESHAPES = _words("""
    view reshape _unsafe_view view_as reshape_as flatten unflatten squeeze unsqueeze ravel atleast_1d atleast_2d atleast_3d
    view_copy squeeze_copy unsqueeze_copy _reshape_alias _reshape_copy
""")
"""What gives a tensor other axes, its elements in the same order."""

ORDERS = _words("""
    transpose t permute movedim moveaxis swapaxes swapdims numpy_T mT mH matrix_H adjoint transpose_copy permute_copy t_copy
""")
"""What puts axes in another order."""

PARTS = _words("""
    as_strided broadcast_tensors broadcast_to chunk diagonal dsplit expand expand_as expand_copy hsplit imag narrow
    real select select_copy slice slice_copy split split_copy split_with_sizes split_with_sizes_copy tensor_split
    unbind unbind_copy unfold unsafe_chunk unsafe_split unsafe_split_with_sizes view_as_complex view_as_real vsplit
    diagonal_copy meshgrid as_strided_copy unfold_copy
""")
"""What looks at a part of a tensor, or repeats it without a copy."""

COPIES = _words("""
    _pad_circular _pad_enum argwhere block_diag cartesian_prod col2im_view combinations constant_pad_nd copysign_view diag
    diag_embed diagonal_scatter fill flip fliplr flipud gather im2col index index_copy index_fill index_put index_select
    masked_fill masked_scatter masked_select native_channel_shuffle channel_shuffle nonzero nonzero_numpy one_hot pad
    pad_sequence _pad_packed_sequence _pack_padded_sequence pixel_shuffle pixel_unshuffle put reflection_pad1d
    reflection_pad2d reflection_pad3d repeat repeat_interleave replication_pad1d replication_pad2d replication_pad3d
    roll rot90 scatter select_scatter slice_scatter stack take take_along_dim tile tril triu trace_view unique_consecutive
    upsample_nearest1d upsample_nearest2d upsample_nearest3d where zero hstack vstack dstack column_stack row_stack
    cat concat concatenate max_unpool2d max_unpool3d _unsafe_index _unsafe_index_put _unsafe_masked_index
    _index_put_impl tensor quantize_per_tensor dequantize narrow_copy resize resize_as fill_diagonal set unsafe_slice
    masked_fill_view vander nonzero_static empty_quantized
""")
"""What puts elements elsewhere, selects or repeats them."""

POINTWISE: Mapping[str, int] = {
    **dict.fromkeys(
        _words("""
    abs absolute acos acosh add and angle arccos arccosh arcsin arcsinh arctan arctan2 arctanh asin asinh atan atan2
    atanh bitwise_and bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor ceil celu clamp clamp_max
    clamp_min clip copysign cos cosh deg2rad digamma div divide elu eq erf erfc erfinv exp exp2 expm1 fix float_power
    floor floor_divide fmax fmin fmod frac ge gelu greater greater_equal gt hardshrink hardsigmoid hardswish hardtanh
    heaviside i0 isclose isfinite isinf isnan isneginf isposinf isreal ldexp le leaky_relu less less_equal lgamma log log10
    log1p log2 log_sigmoid log_sigmoid_forward logical_and logical_not logical_or logical_xor logit lt maximum minimum mish
    mul multiply mvlgamma nan_to_num ne neg negative nextafter not_equal polar polygamma pow prelu _prelu_kernel rad2deg
    reciprocal relu relu6 remainder round rrelu rrelu_with_noise rsqrt rsub selu sgn sigmoid sign signbit silu sin sinc
    sinh softplus softshrink sqrt square sub subtract tan tanh threshold true_divide trunc xor xlogy special_expit
    special_erf special_log1p special_i0 special_ndtr complex sym_max sym_min __and__ __or__ __xor__ __lshift__
    __rshift__ isin bucketize searchsorted l1_loss mse_loss smooth_l1_loss huber_loss special_entr special_erfcx
    special_i0e special_i1 bitwise_left special_expm1 special_logit special_xlogy special_zeta fake_quantize_per_tensor_affine
    fake_quantize_per_channel_affine gcd lcm
    """),
        1,
    ),
    **dict.fromkeys(_words("addcdiv addcmul hypot softsign tanhshrink logaddexp logaddexp2 glu lerp"), 2),
    "pairwise_distance": 3,
    "cosine_similarity": 3,
    "_weight_norm": 3,
    "_weight_norm_interface": 3,
    "grid_sampler": 7,
    "grid_sampler_2d": 7,
    "grid_sampler_3d": 15,
    "cross": 3,
    "linalg_cross": 3,
}
"""What computes each element of the output on its own, with how many operations: one but for what is composed of more."""

REDUCES: Mapping[str, tuple[int, int]] = {
    **dict.fromkeys(
        _words("""
    all amax amin aminmax any argmax argmin count_nonzero cummax cummin cumprod cumsum max mean median min mode nanmean
    nanmedian nansum prod sum topk kthvalue trace bincount histc sum_to_size scatter_add scatter_reduce index_add
    index_reduce scatter_ col2im segment_reduce unique _unique2 unique_dim
    """),
        (1, 0),
    ),
    **dict.fromkeys(_words("norm linalg_vector_norm linalg_norm frobenius_norm linalg_matrix_norm"), (2, 1)),
    **dict.fromkeys(_words("var var_mean"), (4, 0)),
    **dict.fromkeys(_words("std std_mean"), (4, 1)),
    **dict.fromkeys(_words("logsumexp logcumsumexp"), (3, 2)),
    **dict.fromkeys(
        _words("native_batch_norm_stats softmax _softmax log_softmax _log_softmax _safe_softmax"), (5, 0)
    ),
}
"""What combines elements along axes: operations for each element of the input, and for each of the output.

A mean or a sum takes one; a variance the mean, the distance from it, its square and the sum of these.
"""

SORTS = _words("sort argsort msort")
"""As many comparisons for each element as the length of the axis has binary digits."""
