"""Random k-means clusterings. Rows that coincide with a center are left out: their distance is but rounding."""

import numpy as np
from sklearn import cluster

from .data import fitted, matrix, pick, split, supported


def clustering(rng):
    cls = getattr(cluster, pick(rng, "KMeans", "MiniBatchKMeans", "BisectingKMeans"))
    x = matrix(rng)
    options = supported(cls, n_init=2, algorithm=None, max_iter=20, random_state=0)
    options.pop("algorithm", None)
    if cls.__name__ == "BisectingKMeans":
        options["bisecting_strategy"] = pick(rng, "biggest_inertia", "largest_cluster")
    estimator = cls(n_clusters=int(rng.integers(1, 7)), **options).fit(x)
    asked = split(rng, x)
    asked = asked[(estimator.transform(asked) > 1e-3 * (1 + np.abs(asked).max())).all(axis=1)]
    if len(asked) == 0:
        raise ValueError("only rows that coincide with centers")
    return estimator, asked


def cases(rng):
    yield from fitted(rng, [clustering])
