"""Random kernel support vector machines."""

import scipy.sparse as sp
from sklearn.svm import SVC, SVR, NuSVC, NuSVR, OneClassSVM

from .data import fitted, labels, matrix, pick, split, supported, target


def kernel_options(rng, x):
    kernel = pick(rng, "linear", "poly", "rbf", "rbf", "sigmoid")
    gamma = pick(rng, "scale", "auto", 0.05)
    options = dict(kernel=kernel, gamma=gamma, coef0=float(rng.choice([0.0, 1.0])), degree=int(rng.integers(1, 5)))
    return {**options, "max_iter": 3000}


def scaled(rng):
    x = matrix(rng)
    return x / (abs(x).max(axis=0) + 0.1) * 3


def as_fitted(rng, x):
    return sp.csr_matrix(x) if rng.random() < 0.2 else x


def classifier(rng):
    cls = pick(rng, SVC, SVC, NuSVC)
    x = scaled(rng)
    options = kernel_options(rng, x)
    choices = supported(
        cls,
        probability=bool(rng.random() < 0.5),
        decision_function_shape=pick(rng, "ovr", "ovo"),
        break_ties=bool(rng.random() < 0.3),
        class_weight=pick(rng, None, "balanced"),
        C=float(rng.choice([0.1, 1.0, 20.0])),
        nu=float(rng.choice([0.1, 0.3])),
    )
    if choices["break_ties"]:
        choices["decision_function_shape"] = "ovr"
    return cls(**options, **choices).fit(as_fitted(rng, x), labels(rng, x)), split(rng, x)


def regressor(rng):
    cls = pick(rng, SVR, NuSVR)
    x = scaled(rng)
    return cls(**kernel_options(rng, x)).fit(as_fitted(rng, x), target(rng, x, 1)), split(rng, x)


def one_class(rng):
    x = scaled(rng)
    return OneClassSVM(nu=0.2, **kernel_options(rng, x)).fit(x), split(rng, x)


def cases(rng):
    yield from fitted(rng, [classifier, classifier, classifier, regressor, one_class])
