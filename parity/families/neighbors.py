"""Random neighbours estimators. Rows that are as far as the last neighbour are not asked about with brute force."""

import numpy as np
from sklearn.neighbors import (
    KNeighborsClassifier,
    KNeighborsRegressor,
    NearestCentroid,
    RadiusNeighborsClassifier,
    RadiusNeighborsRegressor,
)

from .data import fitted, labels, matrix, pick, split, supported, target

BOOLEAN = "jaccard dice rogerstanimoto russellrao sokalmichener sokalsneath yule matching kulsinski".split()
METRICS = (
    "minkowski euclidean l2 sqeuclidean manhattan cityblock l1 chebyshev infinity canberra braycurtis cosine correlation "
    "seuclidean mahalanobis hamming haversine nan_euclidean wminkowski"
).split()


def drawn(rng):
    """A metric, its parameters, and data that suits it."""
    metric = pick(rng, *(["minkowski"] * 6 + METRICS + BOOLEAN))
    x = matrix(rng)
    if metric in BOOLEAN:
        x = (matrix(rng, columns=12) > 0).astype(float)
    if metric == "haversine":
        x = matrix(rng, columns=2) / 20
    if metric == "hamming":
        x = np.round(matrix(rng, columns=10) / 3)
    if metric == "correlation":
        x = matrix(rng, columns=6)
    options = dict(metric=metric)
    n = x.shape[1]
    if metric in ("minkowski", "wminkowski"):
        options["p"] = pick(rng, 1, 2, 2, 2, 3, 1.5, np.inf)
        if metric == "wminkowski" or (options["p"] != np.inf and rng.random() < 0.2):
            options["metric_params"] = dict(w=rng.random(n) + 0.1)
            if metric == "wminkowski":
                options["metric_params"]["p"] = options["p"]
    if metric == "seuclidean":
        options["metric_params"] = dict(V=x.var(axis=0) + 0.1)
    if metric == "mahalanobis":
        covariance = np.cov(x.T).reshape(n, n) + np.eye(n)
        options["metric_params"] = pick(rng, dict(V=covariance), dict(VI=np.linalg.inv(covariance)))
    options["algorithm"] = pick(rng, "auto", "brute", "kd_tree", "ball_tree")
    options["leaf_size"] = int(rng.choice([3, 30]))
    return options, x


def clear_of_ties(estimator, asked):
    """The rows whose last neighbour is nearer than the next one by more than rounding; trees need none left out."""
    if estimator._fit_method != "brute" or not hasattr(estimator, "n_neighbors"):
        return asked
    more = min(estimator.n_neighbors + 1, estimator.n_samples_fit_)
    distances = estimator.kneighbors(asked, more)[0]
    if more > estimator.n_neighbors:
        gap = distances[:, -1] - distances[:, -2]
        asked, distances = asked[gap > 1e-7], distances[gap > 1e-7]
    if estimator.weights == "distance":
        # A distance that is zero but for rounding weighs what the processor made of it.
        asked = asked[~((distances < 1e-6).any(axis=1))]
    if len(asked) == 0:
        raise ValueError("nothing but ties")
    return asked


def refuse_query_dependent(estimator):
    """With V and brute force, old versions take the covariance from the rows asked about; Modelgate refuses that."""
    if estimator._fit_method == "brute" and "V" in (estimator.metric_params or {}) and estimator.metric == "mahalanobis":
        raise ValueError("depends on the rows asked about")


def nearest(rng):
    options, x = drawn(rng)
    cls = pick(rng, KNeighborsClassifier, KNeighborsRegressor)
    options.update(dict(n_neighbors=int(rng.integers(1, 12)), weights=pick(rng, "uniform", "distance")))
    estimator = cls(**options).fit(x, targets(rng, cls, x))
    refuse_query_dependent(estimator)
    return estimator, clear_of_ties(estimator, asked_about(rng, x, options["metric"]))


def within(rng):
    options, x = drawn(rng)
    cls = pick(rng, RadiusNeighborsClassifier, RadiusNeighborsRegressor)
    y = targets(rng, cls, x)
    estimator = cls(**options, weights=pick(rng, "uniform", "distance"))
    if cls is RadiusNeighborsClassifier and y.ndim == 1:
        estimator.set_params(outlier_label=pick(rng, None, "most_frequent", y[0].item() if hasattr(y[0], "item") else y[0]))
    asked = asked_about(rng, x, options["metric"])
    distances = KNeighborsRegressor(**options, n_neighbors=len(x)).fit(x, np.zeros(len(x))).kneighbors(asked)[0]
    radius = float(np.quantile(distances, rng.choice([0.02, 0.2, 0.5]))) * 1.0001 + 1e-6
    estimator.set_params(radius=radius).fit(x, y)
    refuse_query_dependent(estimator)
    estimator.predict(asked)
    clear = ~((np.abs(distances - radius) < 1e-7).any(axis=1))
    if options["algorithm"] in ("auto", "brute") and estimator.weights == "distance":
        clear &= ~((distances < 1e-6).any(axis=1))
    if not clear.any() or not np.isfinite(estimator.predict(asked[clear]).astype(float) if cls is RadiusNeighborsRegressor else 0).all():
        raise ValueError("no row that is clear of the edge")
    return estimator, asked[clear]


def centroid(rng):
    x = matrix(rng)
    y = labels(rng, x)
    options = dict(metric=pick(rng, "euclidean", "manhattan"), shrink_threshold=pick(rng, None, 0.1))
    options.update(supported(NearestCentroid, priors=pick(rng, "uniform", "empirical")))
    return NearestCentroid(**options).fit(x, y), split(rng, x)


def targets(rng, cls, x):
    if cls in (KNeighborsRegressor, RadiusNeighborsRegressor):
        return target(rng, x)
    y = labels(rng, x)
    return np.column_stack([y, np.roll(y, 3)]) if rng.random() < 0.2 else y


def asked_about(rng, x, metric):
    if metric in BOOLEAN:
        return (split(rng, x) > 0.5).astype(float)
    if metric == "hamming":
        return np.round(split(rng, x))
    asked = split(rng, x)
    if metric == "nan_euclidean":
        asked[::3, 0] = np.nan
        if asked.shape[1] == 1:
            raise ValueError("a row of nothing")
    return asked


def cases(rng):
    yield from fitted(rng, [nearest, nearest, nearest, within, centroid])
