"""Random discriminant analyses."""

import numpy as np
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis

from .data import fitted, labels, matrix, pick, split, supported


def linear(rng):
    x = matrix(rng)
    y = labels(rng, x)
    solver = pick(rng, "svd", "lsqr", "eigen")
    options = dict(solver=solver, n_components=pick(rng, None, 1))
    if solver != "svd":
        options["shrinkage"] = pick(rng, None, "auto", 0.2)
    return LinearDiscriminantAnalysis(**options).fit(x, y), split(rng, x)


def quadratic(rng):
    x = matrix(rng, rows=150, columns=int(rng.integers(1, 6)))
    y = labels(rng, x)
    k = len(np.unique(y))
    options = supported(
        QuadraticDiscriminantAnalysis,
        reg_param=pick(rng, 0.0, 0.2),
        priors=pick(rng, None, np.full(k, 1 / k)),
        solver=pick(rng, "svd", "eigen"),
    )
    return QuadraticDiscriminantAnalysis(**options).fit(x, y), split(rng, x)


def cases(rng):
    yield from fitted(rng, [linear, quadratic])
