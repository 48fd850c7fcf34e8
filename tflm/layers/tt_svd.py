"""The tensor train nearest to a matrix, in NumPy (Oseledets 2011)."""

import math
from collections.abc import Callable, Sequence

import numpy as np

# The highest of all bonds, or one for each.
Rank = int | Sequence[int]


def core_shapes(
    in_dims: Sequence[int], out_dims: Sequence[int], rank: Rank
) -> list[tuple[int, int, int, int]]:
    """Returns the shapes of the cores.

    Args:
        in_dims: m, [d].
        out_dims: n, [d].
        rank: what none may exceed, or all d - 1 of them.
    """
    if isinstance(rank, int):
        ranks = [min(rank, full) for full in full_ranks(in_dims, out_dims)]
    else:
        ranks = [1, *rank, 1]
    return list(zip(ranks, in_dims, out_dims, ranks[1:], strict=False))


def decompose(
    matrix: np.ndarray,
    in_dims: Sequence[int],
    out_dims: Sequence[int],
    rank: Rank,
) -> list[np.ndarray]:
    """Returns the cores of a tensor train near `matrix`, by TT-SVD.

    Successive truncated singular value decompositions (Oseledets 2011,
    algorithm 1): the error is at most sqrt(d - 1) times the least possible.
    A matrix that is smaller than the dimensions is padded with zeros.

    Args:
        matrix: M, [at most prod(in_dims), at most prod(out_dims)].
        in_dims: m, [d].
        out_dims: n, [d].
        rank: as for `core_shapes`, which tells their shapes.
    """
    shapes = core_shapes(in_dims, out_dims, rank)
    ranks = [shape[-1] for shape in shapes]
    cores = _tt_svd(matrix, in_dims, out_dims, lambda k, _: ranks[k])
    return _balanced(cores)


def ranks_within(
    matrix: np.ndarray,
    in_dims: Sequence[int],
    out_dims: Sequence[int],
    tolerance: float,
) -> list[int]:
    """Returns the d - 1 ranks with which `decompose` errs at most so much.

    Each of the d - 1 decompositions may drop singular values of the norm
    tolerance |M| / sqrt(d - 1), so that all errors together are at most
    tolerance |M| in Frobenius norm (Oseledets 2011, theorem 2.2).

    Args:
        matrix: M; padded with zeros if it is smaller than the dimensions.
        in_dims: [d].
        out_dims: [d].
        tolerance: relative, in (0, 1).
    """
    bonds = max(1, len(in_dims) - 1)
    allowed = tolerance * np.linalg.norm(matrix) / math.sqrt(bonds)
    ranks = []

    def choose(_: int, sigma: np.ndarray) -> int:
        dropped = np.sqrt(np.cumsum(sigma[::-1] ** 2))
        ranks.append(max(1, len(sigma) - int(np.sum(dropped <= allowed))))
        return ranks[-1]

    _tt_svd(matrix, in_dims, out_dims, choose)
    return ranks


def _tt_svd(
    matrix: np.ndarray,
    in_dims: Sequence[int],
    out_dims: Sequence[int],
    choose: Callable[[int, np.ndarray], int],
) -> list[np.ndarray]:
    """Returns cores; `choose` tells a bond's rank by its singular values."""
    d = len(in_dims)
    sizes = (math.prod(in_dims), math.prod(out_dims))
    extra = np.subtract(sizes, matrix.shape)
    rest = np.pad(matrix, [(0, extra[0]), (0, extra[1])])
    rest = rest.reshape(*in_dims, *reversed(out_dims))
    rest = rest.transpose([a for k in range(d) for a in (k, 2 * d - 1 - k)])
    cores, r = [], 1
    for k, (m, n) in enumerate(zip(in_dims[:-1], out_dims[:-1], strict=True)):
        u, sigma, v = np.linalg.svd(
            rest.reshape(r * m * n, -1), full_matrices=False
        )
        s = choose(k, sigma)
        cores.append(u[:, :s].reshape(r, m, n, s))
        rest, r = sigma[:s, np.newaxis] * v[:s], s
    return [*cores, rest.reshape(r, in_dims[-1], out_dims[-1], 1)]


def _balanced(cores: list[np.ndarray]) -> list[np.ndarray]:
    """Returns the same tensor train with cores of equal norm.

    TT-SVD leaves the whole norm in the last core; one learning rate and one
    quantization scale suit cores of like size.
    """
    norms = [np.linalg.norm(core) for core in cores]
    if not all(norms):
        return cores
    mean = math.exp(sum(map(math.log, norms)) / len(norms))
    return [
        core * (mean / norm) for core, norm in zip(cores, norms, strict=True)
    ]


def full_ranks(in_dims: Sequence[int], out_dims: Sequence[int]) -> list[int]:
    """Returns the ranks r_0 ... r_d that any matrix of these can need."""
    modes = [m * n for m, n in zip(in_dims, out_dims, strict=True)]
    return [
        min(math.prod(modes[:k]), math.prod(modes[k:]))
        for k in range(len(modes) + 1)
    ]
