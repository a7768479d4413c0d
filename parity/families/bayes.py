"""Random naive Bayes classifiers."""

import numpy as np
from sklearn.naive_bayes import BernoulliNB, CategoricalNB, ComplementNB, GaussianNB, MultinomialNB

from .data import fitted, labels, matrix, pick, split


def priors(rng, y):
    k = len(np.unique(y))
    return pick(rng, None, list(np.full(k, 1.0 / k)))


def gaussian(rng):
    x = matrix(rng)
    y = labels(rng, x)
    return GaussianNB(priors=priors(rng, y), var_smoothing=pick(rng, 1e-9, 1e-3)).fit(x, y), split(rng, x)


def counted(rng):
    x = np.abs(np.round(matrix(rng)))
    y = labels(rng, x)
    cls = pick(rng, MultinomialNB, ComplementNB)
    options = dict(alpha=pick(rng, 1.0, 0.1, 3.0), fit_prior=bool(rng.random() < 0.7), class_prior=priors(rng, y))
    if cls is ComplementNB:
        options["norm"] = bool(rng.random() < 0.5)
    return cls(**options).fit(x, y), np.abs(split(rng, x))


def bernoulli(rng):
    binarize = pick(rng, 0.0, 0.5, None)
    x = matrix(rng)
    x = (x > 0).astype(float) if binarize is None else x
    y = labels(rng, x)
    asked = x[:20] if binarize is None else split(rng, x)
    return BernoulliNB(alpha=pick(rng, 1.0, 0.2), binarize=binarize, class_prior=priors(rng, y)).fit(x, y), asked


def categorical(rng):
    x = rng.integers(0, 4, size=(80, int(rng.integers(1, 7)))).astype(float)
    y = labels(rng, x)
    options = dict(alpha=pick(rng, 1.0, 0.5), fit_prior=bool(rng.random() < 0.7))
    if hasattr(CategoricalNB(), "min_categories"):
        options["min_categories"] = pick(rng, None, 6)
    return CategoricalNB(**options).fit(x, y), np.clip(x[:20] + pick(rng, 0, 0.4), 0, 3.9)


def cases(rng):
    yield from fitted(rng, [gaussian, counted, bernoulli, categorical])
