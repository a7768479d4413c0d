"""Random decompositions, projections and kernel maps."""

import numpy as np
from sklearn import decomposition, kernel_approximation, random_projection

from .data import fitted, matrix, pick, split, supported


def components(rng, x):
    return int(rng.integers(1, x.shape[1] + 1))


def linear(rng):
    x = matrix(rng)
    n = components(rng, x)
    ica = supported(decomposition.FastICA, whiten_solver=pick(rng, "svd", "eigh"))
    estimator = pick(
        rng,
        decomposition.PCA(n_components=pick(rng, n, None, 0.9), whiten=pick(rng, True, False), random_state=0),
        decomposition.PCA(n_components=n, whiten=True, svd_solver="randomized", random_state=0),
        decomposition.IncrementalPCA(n_components=n, whiten=pick(rng, True, False)),
        decomposition.TruncatedSVD(n_components=n, random_state=0),
        decomposition.FastICA(n_components=n, whiten=pick(rng, "unit-variance", "arbitrary-variance", False), random_state=0, max_iter=50, **ica),
        decomposition.FactorAnalysis(n_components=n, random_state=0),
    )
    return estimator.fit(x), split(rng, x)


def random(rng):
    x = matrix(rng)
    cls = pick(rng, random_projection.GaussianRandomProjection, random_projection.SparseRandomProjection)
    return cls(n_components=components(rng, x), random_state=0).fit(x), split(rng, x)


def kernel(rng):
    x = matrix(rng, rows=40)
    name = pick(rng, "linear", "poly", "rbf", "sigmoid", "cosine")
    options = dict(kernel=name, gamma=pick(rng, None, 0.01), degree=pick(rng, 2, 3), coef0=pick(rng, 0, 1))
    estimator = decomposition.KernelPCA(n_components=pick(rng, 2, 4), random_state=0, **options)
    return estimator.fit(x), split(rng, x)


def nystroem(rng):
    x = matrix(rng, rows=40)
    name = pick(rng, "linear", "poly", "polynomial", "rbf", "sigmoid", "cosine", "laplacian", "chi2", "additive_chi2")
    x = np.abs(x) if "chi2" in name else x
    asked = np.abs(split(rng, x)) if "chi2" in name else split(rng, x)
    options = {}
    if name in ("poly", "polynomial", "rbf", "sigmoid", "laplacian", "chi2"):
        options["gamma"] = pick(rng, None, 0.01)
    if name in ("poly", "polynomial"):
        options.update(degree=pick(rng, None, 2, 3), coef0=pick(rng, None, 0.5))
    estimator = kernel_approximation.Nystroem(kernel=name, n_components=pick(rng, 3, 8), random_state=0, **options)
    estimator.fit(x)
    if np.abs(estimator.normalization_).max() > 1e3:
        raise ValueError("a basis of lower rank: the answers are rounding, blown up")
    return estimator, asked


def fourier(rng):
    x = matrix(rng)
    n = pick(rng, 4, 10)
    if rng.random() < 0.6:
        return kernel_approximation.RBFSampler(gamma=pick(rng, 1.0, 0.1), n_components=n, random_state=0).fit(x), split(rng, x)
    estimator = kernel_approximation.SkewedChi2Sampler(skewedness=pick(rng, 1.0, 0.5), n_components=n, random_state=0)
    return estimator.fit(np.abs(x)), np.abs(split(rng, x))


def cases(rng):
    yield from fitted(rng, [linear, linear, linear, random, kernel, nystroem, fourier])
