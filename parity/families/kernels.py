"""Random kernel regressions, Gaussian processes with composed kernels, and partial least squares."""

import numpy as np
from sklearn import cross_decomposition, gaussian_process, kernel_ridge
from sklearn.gaussian_process import kernels

from .data import fitted, matrix, pick, split, target


def ridge(rng):
    x = matrix(rng, columns=int(rng.integers(1, 6)))
    x = x / np.abs(x).max()
    model = kernel_ridge.KernelRidge(
        alpha=pick(rng, 1.0, 0.1),
        kernel=pick(rng, "linear", "rbf", "poly", "laplacian", "sigmoid", "cosine"),
        gamma=pick(rng, None, 0.1),
        degree=pick(rng, 2, 3),
    )
    return model.fit(x, target(rng, x)), split(rng, x)


def kernel(rng, columns):
    def single():
        return pick(
            rng,
            kernels.RBF(pick(rng, 1.0, list(rng.random(columns) + 0.5))),
            kernels.Matern(pick(rng, 1.0, 3.0), nu=pick(rng, 0.5, 1.5, 2.5, np.inf)),
            kernels.RationalQuadratic(2.0, 0.7),
            kernels.ExpSineSquared(1.5, 3.0),
            kernels.DotProduct(0.5),
            kernels.ConstantKernel(2.0),
        )

    found = single()
    for _ in range(int(rng.integers(0, 3))):
        found = pick(rng, found + single(), found * single(), found + kernels.WhiteKernel(0.1))
    return found**2 if rng.random() < 0.1 else found


def process(rng):
    x = matrix(rng, rows=40, columns=int(rng.integers(1, 4)))
    x = x / np.abs(x).max()
    model = gaussian_process.GaussianProcessRegressor(
        kernel(rng, x.shape[1]), alpha=0.05, optimizer=pick(rng, None, "fmin_l_bfgs_b"), normalize_y=bool(rng.random() < 0.5), random_state=0
    )
    return model.fit(x, target(rng, x)), split(rng, x, 15)


def least_squares(rng):
    x = matrix(rng, columns=int(rng.integers(2, 8)))
    cls = pick(rng, "PLSRegression", "PLSRegression", "PLSCanonical", "CCA", "PLSSVD")
    model = getattr(cross_decomposition, cls)(n_components=pick(rng, 1, 2), scale=bool(rng.random() < 0.7))
    outputs = 1 if cls == "PLSRegression" and rng.random() < 0.4 else 2
    return model.fit(x, target(rng, x, outputs=outputs)), split(rng, x)


def cases(rng):
    yield from fitted(rng, [ridge, process, process, least_squares])
