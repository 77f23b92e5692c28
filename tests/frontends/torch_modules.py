"""Small modules of PyTorch, each with what is special about one way to write a network.

`python tests/frontends/export_modules.py` exports them and writes down what PyTorch counts.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  as everybody calls it


class Recurrent(nn.Module):
    """Two layers both ways, samples first, of which the last position goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(100, 16)
        self.lstm = nn.LSTM(16, 8, num_layers=2, bidirectional=True, batch_first=True)
        self.head = nn.Linear(16, 3)

    def forward(self, x: Tensor) -> Tensor:
        """(N, T) -> (N, 3)."""
        y, _ = self.lstm(self.embed(x))
        return self.head(y[:, -1])


class Gated(nn.Module):
    """Without biases, and with a plain recurrent layer and a projection behind it; positions first."""

    def __init__(self) -> None:
        super().__init__()
        self.gru = nn.GRU(6, 10, bias=False)
        self.rnn = nn.RNN(10, 5, nonlinearity="relu")
        self.lstm = nn.LSTM(5, 10, proj_size=4)

    def forward(self, x: Tensor) -> Tensor:
        """(T, N, 6) -> (T, N, 4)."""
        return self.lstm(self.rnn(self.gru(x)[0])[0])[0]


class Cells(nn.Module):
    """One step after the other: the weights are the same in each."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTMCell(6, 8)
        self.gru = nn.GRUCell(8, 5)

    def forward(self, x: Tensor) -> Tensor:
        """(N, T, 6) -> (N, T, 5)."""
        h, k = x.new_zeros(x.shape[0], 8), x.new_zeros(x.shape[0], 5)
        c, out = torch.zeros_like(h), []
        for step in range(x.shape[1]):
            h, c = self.lstm(x[:, step], (h, c))
            k = self.gru(h, k)
            out.append(k)
        return torch.stack(out, 1)


class Attentions(nn.Module):
    """PyTorch's own attention: samples first and positions first, and over keys of another width with a mask."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.MultiheadAttention(16, 4, batch_first=True)
        self.second = nn.MultiheadAttention(16, 2, bias=False)
        self.narrow = nn.Linear(16, 12)
        self.cross = nn.MultiheadAttention(16, 4, kdim=12, vdim=12, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        """(N, T, 16) -> the same."""
        y = self.first(x, x, x, need_weights=False)[0].transpose(0, 1)
        z = self.second(y, y, y)[0].transpose(0, 1)
        k = self.narrow(z)
        mask = torch.zeros(x.shape[1], x.shape[1], device=x.device)
        return self.cross(z, k, k, attn_mask=mask)[0]


class Transposed(nn.Module):
    """Transposed convolutions over one to three axes, one of them in groups."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1, output_padding=1, groups=2)
        self.b = nn.ConvTranspose1d(6, 3, 4, bias=False)
        self.c = nn.ConvTranspose3d(1, 2, 3)

    def forward(self, x: Tensor) -> Tensor:
        """(N, 4, 5, 5) -> (N, 2, 5, 105, 5)."""
        y = self.b(self.a(x).flatten(2))
        return self.c(y.reshape(y.shape[0], 1, 3, -1, 1).expand(-1, -1, -1, -1, 3))


class Encoder(nn.Module):
    """As BERT: its table is also the matrix of its head, one buffer holds positions, and attention is written out."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(200, 16)
        self.positions = nn.Embedding(32, 16)
        self.norm = nn.LayerNorm(16)
        self.q, self.k, self.v, self.o = (nn.Linear(16, 16) for _ in range(4))
        self.wide, self.back = nn.Linear(16, 64), nn.Linear(64, 16)
        self.head = nn.Linear(16, 200)
        self.head.weight = self.words.weight
        self.register_buffer("numbers", torch.arange(32).unsqueeze(0))

    def heads(self, x: Tensor) -> Tensor:
        """(N, T, 16) -> (N, 4, T, 4)."""
        return x.view(x.shape[0], x.shape[1], 4, 4).transpose(1, 2)

    def forward(self, x: Tensor) -> Tensor:
        """(N, T) -> (N, T, 200)."""
        y = self.norm(self.words(x) + self.positions(self.numbers[:, : x.shape[1]]))
        scores = self.heads(self.q(y)) @ self.heads(self.k(y)).transpose(-1, -2) / 2
        scores = scores.masked_fill(~(x != 0)[:, None, None, :], -1e9)
        z = (scores.softmax(-1) @ self.heads(self.v(y))).transpose(1, 2).flatten(2)
        y = self.norm(y + self.o(z))
        return self.head(y + self.back(F.gelu(self.wide(y))))


class Norms(nn.Module):
    """Norms with and without what is learned, and over several axes."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding="same")
        self.group = nn.GroupNorm(2, 8)
        self.instance = nn.InstanceNorm2d(8, affine=True)
        self.batch = nn.BatchNorm2d(8, affine=False)
        self.layer = nn.LayerNorm([8, 6, 6])
        self.rms = nn.RMSNorm(6)
        self.local = nn.LocalResponseNorm(2)
        self.last = nn.BatchNorm1d(8)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(N, 3, 6, 6) -> (N, 8, 36) and (N, 8)."""
        y = self.local(self.rms(self.layer(self.batch(self.instance(self.group(self.conv(x)))))))
        return self.last(y.flatten(2)), self.last(y.mean((2, 3)))


class Einsums(nn.Module):
    """Products by the letters of their axes, with a learned operand, with none, and with dots."""

    def __init__(self) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.randn(4, 8, 16))
        self.u = nn.Parameter(torch.randn(16, 5))

    def forward(self, x: Tensor) -> Tensor:
        """(N, T, 16) -> (N, T, 5)."""
        y = torch.einsum("btd,hed->bhte", x, self.w)
        shares = torch.einsum("bhte,bhse->bhts", y, y).softmax(-1)
        z = torch.einsum("bhts,bhse->bthe", shares, y).flatten(2)
        return torch.einsum("...d,de->...e", x + z[..., :16], self.u)


class Lines(nn.Module):
    """Convolutions over one and three axes, in groups, depthwise, dilated, with a reflected margin."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Conv1d(4, 8, 5, stride=2, padding=2, groups=2)
        self.b = nn.Conv1d(8, 8, 3, padding=1, groups=8, bias=False)
        self.c = nn.Conv3d(1, 2, (1, 3, 3), padding=(0, 1, 1))
        self.d = nn.Conv2d(2, 3, 3, padding=2, dilation=2, padding_mode="reflect")

    def forward(self, x: Tensor) -> Tensor:
        """(N, 4, 32) -> (N, 3, 8, 16)."""
        y = self.b(self.a(x))
        return self.d(self.c(y.unsqueeze(1).unsqueeze(2)).squeeze(2))


class Pools(nn.Module):
    """Pools of all kinds, one of which is undone."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.MaxPool2d(3, 2, 1, ceil_mode=True)
        self.found = nn.MaxPool2d(2, return_indices=True)
        self.back = nn.MaxUnpool2d(2)
        self.power = nn.LPPool2d(2, 2)
        self.line = nn.Sequential(nn.MaxPool1d(2), nn.AdaptiveAvgPool1d(3), nn.Linear(3, 2))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(N, 3, 32, 32) -> (N, 3, 2), (N, 3, 2, 2) and (N, 3, 1, 1)."""
        y = self.first(x)
        z, places = self.found(y)
        y = F.avg_pool2d(self.back(z, places, output_size=y.shape[-2:]), 2)
        small = F.adaptive_avg_pool2d(y, (3, 5))
        return (
            self.line(small.flatten(2)),
            F.adaptive_max_pool2d(small, 2),
            F.adaptive_avg_pool2d(self.power(y), 1),
        )


class Sizes(nn.Module):
    """Other sizes by all ways of interpolation, and channels for size."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3, padding=1)
        self.mix = nn.Sequential(nn.PixelShuffle(2), nn.ChannelShuffle(2), nn.ZeroPad2d((1, 2, 3, 0)))

    def forward(self, x: Tensor) -> Tensor:
        """(N, 3, 8, 8) -> (N, 16, 7)."""
        y = F.interpolate(self.mix(self.conv(x)), scale_factor=2, mode="bilinear")
        y = F.interpolate(F.interpolate(y, scale_factor=2), size=(20, 20), mode="bicubic")
        return F.interpolate(F.pixel_unshuffle(y, 2).flatten(2), size=7, mode="linear")


class Decoder(nn.Module):
    """As Llama: groups of heads share keys and values, positions are rotated, the middle layer is gated."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.RMSNorm(32)
        self.q, self.o = nn.Linear(32, 32, bias=False), nn.Linear(32, 32, bias=False)
        self.k, self.v = nn.Linear(32, 16, bias=False), nn.Linear(32, 16, bias=False)
        self.gate, self.up = nn.Linear(32, 64, bias=False), nn.Linear(32, 64, bias=False)
        self.down = nn.Linear(64, 32, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(N, T, 32) -> the same."""
        n, t, _ = x.shape
        y = self.norm(x)
        q = self.q(y).view(n, t, 4, 8).transpose(1, 2)
        k, v = (each(y).view(n, t, 2, 8).transpose(1, 2) for each in (self.k, self.v))
        steps = torch.arange(t, device=x.device).float()
        angles = torch.outer(steps, torch.arange(4, device=x.device).float()).repeat(1, 2)
        q, k = (
            each * angles.cos() + torch.cat([-each[..., 4:], each[..., :4]], -1) * angles.sin()
            for each in (q, k)
        )
        z = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
        x = x + self.o(z.transpose(1, 2).reshape(n, t, 32))
        y = self.norm(x)
        return x + self.down(F.silu(self.gate(y)) * self.up(y))


class Bare(nn.Module):
    """Weights without modules: a token of its own, positions of which a part is taken, one matrix used twice."""

    def __init__(self) -> None:
        super().__init__()
        self.w, self.b = nn.Parameter(torch.zeros(24, 8)), nn.Parameter(torch.zeros(24))
        self.scale, self.gate = nn.Parameter(torch.ones(8)), nn.Parameter(torch.zeros(1))
        self.token, self.places = nn.Parameter(torch.zeros(1, 1, 8)), nn.Parameter(torch.zeros(1, 40, 8))
        self.filters = nn.Parameter(torch.zeros(4, 8, 3))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(N, T, 8) -> (N, T + 1, 8) and (N, T - 1, 4)."""
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1)
        x = x + self.places[:, : x.shape[1]]
        q, k, v = F.linear(x, self.w, self.b).chunk(3, -1)
        x = x + self.gate.tanh() * (torch.softmax(q @ k.mT, -1) @ v) * self.scale
        return F.linear(x, self.w[:8], self.b[:8]), F.conv1d(x.transpose(1, 2), self.filters).transpose(1, 2)


class Branches(nn.Module):
    """Branches that are joined, stacked and cut, and changes in place, also of a part."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Conv2d(3, 4, 1), nn.Conv2d(3, 4, 1)
        self.c = nn.Conv2d(8, 2, 3, padding=1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(N, 3, 8, 8) -> (N, 2, 8, 8) and (N, 2, 8, 8)."""
        a, b = self.a(x), self.b(x)
        y = self.c(torch.cat([a, b], 1))
        first, second = torch.stack([a, b]).sum(0).chunk(2, 1)
        y.add_(torch.where(first > 0, first, second * 2))
        y[:, :1] *= 0.5
        return y.clamp_(0, 6), second.roll(1, 2).flip(3)


class Shared(nn.Module):
    """One module under two names, its matrix under a third, and a head that is for training alone."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Linear(8, 8)
        self.b = self.a
        self.c = nn.Linear(8, 8)
        self.c.weight = self.a.weight
        self.slopes = nn.PReLU(8)
        self.aside = nn.Sequential(nn.Linear(8, 4), nn.ReLU(), nn.Linear(4, 2))

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """(N, 8) -> the same."""
        y = self.slopes(self.c(self.b(self.a(x))))
        return (y, self.aside(y)) if self.training else y


class Normed(nn.Conv2d):
    """A convolution whose filters are normalised at each pass."""

    def forward(self, x: Tensor) -> Tensor:
        """(N, 3, 9, 9) -> (N, 4, 7, 7)."""
        variance, mean = torch.var_mean(self.weight, dim=(1, 2, 3), keepdim=True)
        return F.conv2d(x, (self.weight - mean) / torch.sqrt(variance + 1e-5), self.bias)


class Prepared(nn.Module):
    """Weights that are made of others: magnitudes and directions, and standardised filters."""

    def __init__(self) -> None:
        super().__init__()
        self.a = Normed(3, 4, 3)
        self.b = nn.utils.parametrizations.weight_norm(nn.Conv2d(4, 6, 3))

    def forward(self, x: Tensor) -> Tensor:
        """(N, 3, 9, 9) -> (N, 6, 5, 5)."""
        return self.b(F.relu(self.a(x)))


class Experts(nn.Module):
    """The two best of four experts for each token, all of which are computed."""

    def __init__(self) -> None:
        super().__init__()
        self.router = nn.Linear(8, 4, bias=False)
        self.wide, self.back = nn.Parameter(torch.zeros(4, 8, 16)), nn.Parameter(torch.zeros(4, 16, 8))

    def forward(self, x: Tensor) -> Tensor:
        """(N, T, 8) -> the same."""
        _, chosen = torch.topk(self.router(x).softmax(-1), 2)
        y = torch.matmul(F.relu(torch.matmul(x.unsqueeze(1), self.wide)), self.back)
        masks = F.one_hot(chosen, 4).float().sum(-2)
        return torch.einsum("bte,betd->btd", masks, y)


class Bag(nn.Module):
    """One vector of several tokens, and shares as logarithms."""

    def __init__(self) -> None:
        super().__init__()
        self.bag = nn.EmbeddingBag(50, 8, mode="sum")
        self.head = nn.Linear(8, 3)

    def forward(self, x: Tensor) -> Tensor:
        """(N, T) -> (N, 3)."""
        return self.head(self.bag(x)).log_softmax(-1)


MODULES: dict[type[nn.Module], tuple[int, ...]] = {
    Recurrent: (7,),
    Gated: (5, 6),
    Cells: (3, 6),
    Attentions: (9, 16),
    Transposed: (4, 5, 5),
    Encoder: (12,),
    Norms: (3, 6, 6),
    Einsums: (6, 16),
    Lines: (4, 32),
    Pools: (3, 32, 32),
    Sizes: (3, 8, 8),
    Decoder: (10, 32),
    Bare: (10, 8),
    Branches: (3, 8, 8),
    Shared: (8,),
    Prepared: (3, 9, 9),
    Experts: (5, 8),
    Bag: (6,),
}
"""The lengths of one sample of each."""

WHOLE = {Recurrent, Encoder, Bag}
"""Those whose input is whole numbers."""
