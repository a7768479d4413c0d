"""Random decision trees and forests."""

import numpy as np
import sklearn
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor, RandomForestClassifier, RandomForestRegressor
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor, ExtraTreeClassifier, ExtraTreeRegressor

from .data import counts, fitted, indicator, labels, matrix, pick, split, supported, target

VERSION = tuple(int(part) for part in sklearn.__version__.split(".")[:2])
CRITERIA = ["friedman_mse", "mse", "mae"] if VERSION < (1, 0) else ["squared_error", "absolute_error", "poisson"]

TREES = (DecisionTreeClassifier, ExtraTreeClassifier, DecisionTreeRegressor, ExtraTreeRegressor)
FORESTS = (RandomForestClassifier, ExtraTreesClassifier, RandomForestRegressor, ExtraTreesRegressor)


def growth(rng):
    return dict(
        max_depth=pick(rng, None, None, 1, 3, 6),
        max_leaf_nodes=pick(rng, None, None, 2, 9),
        min_samples_leaf=pick(rng, 1, 1, 4, 0.1),
        max_features=pick(rng, None, "sqrt", 0.5),
        ccp_alpha=pick(rng, 0.0, 0.0, 0.01),
        random_state=int(rng.integers(1000)),
    )


def with_gaps(rng, x):
    """Missing values in some cells, as newer trees take them."""
    x = x.copy()
    x[rng.random(x.shape) < 0.15] = np.nan
    return x


def fit(rng, cls, **options):
    x = matrix(rng)
    gaps = rng.random() < 0.2
    asked = split(rng, x)
    if "Classifier" in cls.__name__:
        options["criterion"] = pick(rng, "gini", "entropy")
        y = indicator(rng, x) if rng.random() < 0.15 else labels(rng, x, classes=pick(rng, None, None, 1))
        options["class_weight"] = pick(rng, None, "balanced") if y.ndim == 1 else None
    else:
        y = counts(rng, x) if rng.random() < 0.3 else target(rng, x)
        options["criterion"] = pick(rng, *CRITERIA)
    weights = rng.random(len(x)) if rng.random() < 0.3 else None
    estimator = cls(**supported(cls, **growth(rng), **options))
    if gaps:
        x, asked = with_gaps(rng, x) if rng.random() < 0.7 else x, with_gaps(rng, asked)
    estimator.fit(x, y, sample_weight=weights)
    if gaps:
        estimator.predict(asked)  # refused where this version takes no missing values
    return estimator, asked


def tree(rng):
    return fit(rng, pick(rng, *TREES), splitter=pick(rng, "best", "random"))


def forest(rng):
    options = dict(n_estimators=int(rng.integers(1, 25)), bootstrap=bool(rng.random() < 0.6))
    return fit(rng, pick(rng, *FORESTS), **options)


def tie(rng):
    """Weights and coarse values make leaves and forests in which classes are level."""
    x = np.round(matrix(rng, rows=40, columns=3))
    y = np.resize(np.arange(int(rng.integers(2, 4))), len(x))
    cls = pick(rng, DecisionTreeClassifier, RandomForestClassifier, ExtraTreesClassifier)
    options = dict(n_estimators=4, max_depth=2, class_weight="balanced", random_state=int(rng.integers(1000)))
    return cls(**supported(cls, **options)).fit(x, y), x


def cases(rng):
    yield from fitted(rng, [tree, forest, tie])
