"""Random mixtures, detectors of outliers, clusterings by centers, topic models and imputers by neighbours or models."""

import numpy as np
from sklearn import cluster, covariance, decomposition, mixture, neighbors
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer, KNNImputer
from sklearn.linear_model import BayesianRidge, Ridge
from sklearn.tree import DecisionTreeRegressor

from .data import fitted, labels, matrix, pick, split, supported
from .preprocessing import gaps


def mixtures(rng):
    x = matrix(rng, rows=80, columns=int(rng.integers(1, 6)))
    cls = pick(rng, mixture.GaussianMixture, mixture.BayesianGaussianMixture)
    options = dict(n_components=int(rng.integers(1, 5)), covariance_type=pick(rng, "full", "tied", "diag", "spherical"))
    if cls is mixture.BayesianGaussianMixture:
        options["weight_concentration_prior_type"] = pick(rng, "dirichlet_process", "dirichlet_distribution")
    return cls(random_state=0, max_iter=15, reg_covar=1e-3, **options).fit(x), split(rng, x)


def outliers(rng):
    x = matrix(rng, columns=int(rng.integers(1, 6)))
    local = neighbors.LocalOutlierFactor(
        int(rng.integers(2, 9)), novelty=True, algorithm=pick(rng, "auto", "brute", "kd_tree"), contamination=pick(rng, "auto", 0.2)
    )
    model = pick(rng, local, local, covariance.EllipticEnvelope(random_state=0, contamination=pick(rng, 0.1, 0.3)))
    return model.fit(x), split(rng, x)[:20]


def clusters(rng):
    x = matrix(rng, columns=int(rng.integers(1, 6)))
    model = pick(
        rng,
        cluster.MeanShift(bandwidth=pick(rng, None, 3.0)),
        cluster.AffinityPropagation(random_state=0, max_iter=pick(rng, 2, 200)),
        cluster.Birch(threshold=pick(rng, 0.5, 2.0), n_clusters=pick(rng, None, 3)),
    )
    return model.fit(x), split(rng, x)[:20]


def topics(rng):
    x = rng.poisson(0.7, size=(50, int(rng.integers(3, 30)))).astype(float)
    model = decomposition.LatentDirichletAllocation(
        int(rng.integers(2, 6)), random_state=0, max_iter=4, doc_topic_prior=pick(rng, None, 0.7), learning_method=pick(rng, "batch", "online")
    )
    return model.fit(x), np.vstack([x[:10], rng.poisson(1.5, size=(10, x.shape[1])), np.zeros((1, x.shape[1]))])


def imputers(rng):
    """Rows without equal distances, of which numpy chooses by the machine's instructions, nor distances of zero but for
    rounding. IterativeImputer treats a row without any value by what else is in the call."""
    x = rng.normal(size=(60, int(rng.integers(2, 7)))) * 3
    later = dict(keep_empty_features=bool(rng.random() < 0.3))
    holes = gaps(rng, x, 0.15)
    if rng.random() < 0.2:
        holes[:, 0] = np.nan
    nearest = KNNImputer(
        n_neighbors=int(rng.integers(1, 7)),
        weights=pick(rng, "uniform", "distance"),
        add_indicator=bool(rng.random() < 0.3),
        **supported(KNNImputer, **later),
    )
    modelled = IterativeImputer(
        pick(rng, None, BayesianRidge(), Ridge(), DecisionTreeRegressor(max_depth=3, random_state=0)),
        max_iter=int(rng.integers(1, 4)),
        random_state=0,
        imputation_order=pick(rng, "ascending", "roman", "random"),
        initial_strategy=pick(rng, "mean", "median", "most_frequent"),
        n_nearest_features=pick(rng, None, 2),
        skip_complete=bool(rng.random() < 0.3),
        min_value=pick(rng, -np.inf, -1.0),
        add_indicator=bool(rng.random() < 0.3),
        **supported(IterativeImputer, **later),
    )
    asked = gaps(rng, split(rng, x)[:20], 0.2)
    chosen = pick(rng, nearest, modelled)
    asked[0] = np.nan if chosen is nearest else 1.0
    asked[1:, -1] = np.where(np.isnan(asked[1:, 1:]).all(axis=1), 0.5, asked[1:, -1])
    return chosen.fit(holes), asked


def components(rng):
    x = matrix(rng, columns=int(rng.integers(2, 6)))
    return neighbors.NeighborhoodComponentsAnalysis(2, max_iter=5, random_state=0).fit(x, labels(rng, x)), split(rng, x)


def cases(rng):
    yield from fitted(rng, [mixtures, mixtures, outliers, outliers, clusters, topics, imputers, imputers, components])
