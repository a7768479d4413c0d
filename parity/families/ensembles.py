"""Random boosted, bagged, stacked and voting ensembles."""

import numpy as np
import pandas as pd
import sklearn.ensemble as ensemble
from sklearn.cluster import KMeans
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge, RidgeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from .data import counts, fitted, labels, matrix, pick, split, supported, target

try:  # an experiment before scikit-learn 1.0
    from sklearn.experimental import enable_hist_gradient_boosting  # noqa: F401
except ImportError:
    pass


def seed(rng):
    return int(rng.integers(1000))


def a_classifier(rng, probabilities=False):
    return pick(
        rng,
        LogisticRegression(),
        DecisionTreeClassifier(max_depth=3, random_state=seed(rng)),
        GaussianNB(),
        KNeighborsClassifier(3),
        make_pipeline(StandardScaler(), LogisticRegression()),
        DecisionTreeClassifier(random_state=1) if probabilities else RidgeClassifier(),
        GaussianNB() if probabilities else LinearSVC(dual=True),
    )


def a_regressor(rng):
    return pick(
        rng,
        LinearRegression(),
        DecisionTreeRegressor(max_depth=3, random_state=seed(rng)),
        KNeighborsRegressor(3),
        make_pipeline(StandardScaler(), Ridge()),
    )


def gradient(rng):
    x = matrix(rng)
    options = dict(
        n_estimators=int(rng.integers(1, 20)),
        learning_rate=pick(rng, 0.1, 1.0, 0.3),
        max_depth=pick(rng, 1, 3, 5),
        subsample=pick(rng, 1.0, 0.7),
        max_leaf_nodes=pick(rng, None, 6),
        random_state=seed(rng),
    )
    if rng.random() < 0.5:
        y = labels(rng, x)
        few = len(np.unique(y)) == 2
        init = pick(rng, None, "zero", DecisionTreeClassifier(max_depth=2), GaussianNB(), LogisticRegression())
        losses = ["deviance", "log_loss"] + (["exponential"] if few else [])
        return ensemble.GradientBoostingClassifier(loss=pick(rng, *losses), init=init, **options).fit(x, y), split(rng, x)
    losses = ["squared_error", "ls", "absolute_error", "lad", "huber", "quantile"]
    init = pick(rng, None, "zero", DecisionTreeRegressor(max_depth=2), LinearRegression())
    options = dict(loss=pick(rng, *losses), init=init, alpha=pick(rng, 0.9, 0.3), **options)
    y = target(rng, x, 1)
    if init is None:
        y = y.astype(pick(rng, np.float64, np.float32))
    return ensemble.GradientBoostingRegressor(**options).fit(x, y), split(rng, x)


def with_categories(rng, x):
    """Some columns as small whole numbers, and which they are."""
    chosen = rng.random(x.shape[1]) < 0.5
    for j in np.flatnonzero(chosen):
        x[:, j] = rng.integers(0, pick(rng, 3, 20), size=len(x))
    return x, chosen


def with_gaps(rng, x):
    x[rng.random(x.shape) < 0.1] = np.nan
    return x


def hist_options(rng):
    return dict(
        max_iter=int(rng.integers(1, 15)),
        learning_rate=pick(rng, 0.1, 0.5),
        max_leaf_nodes=pick(rng, 31, 4, None),
        max_depth=pick(rng, None, 3),
        min_samples_leaf=pick(rng, 5, 20),
        l2_regularization=pick(rng, 0.0, 1.0),
        max_bins=pick(rng, 255, 10),
        early_stopping=pick(rng, False, True),
        random_state=seed(rng),
    )


def hist_fit(rng, x, y_of, cls, options):
    asked = np.vstack([split(rng, x), x[:20]])
    if rng.random() < 0.5:
        x, chosen = with_categories(rng, x)
        asked = np.vstack([x[:30], x[:10]])
        unknown = rng.random(asked.shape) < 0.05
        asked[unknown & chosen] = 30
        options["categorical_features"] = list(np.flatnonzero(chosen)) if rng.random() < 0.5 else chosen
    y = y_of(x)
    if rng.random() < 0.5:
        x, asked = with_gaps(rng, x), with_gaps(rng, asked)
    known = supported(cls, **options)
    return cls(**known).fit(x, y), asked


def histogram_classifier(rng):
    return hist_fit(
        rng, matrix(rng, rows=120), lambda x: labels(rng, x), ensemble.HistGradientBoostingClassifier, hist_options(rng)
    )


def histogram_regressor(rng):
    losses = ["squared_error", "least_squares", "absolute_error", "least_absolute_deviation", "poisson", "gamma", "quantile"]
    options = dict(loss=pick(rng, *losses), quantile=0.7, **hist_options(rng))
    return hist_fit(rng, matrix(rng, rows=120), lambda x: counts(rng, x), ensemble.HistGradientBoostingRegressor, options)


def histogram_frame(rng):
    """Text categories of a data frame."""
    cls = ensemble.HistGradientBoostingClassifier
    if "categorical_features" not in cls().get_params():
        raise ValueError("no categories in this version")
    rows = 120
    colours = np.array(["red", "green", "blue", "ünknown", "a b"])
    frame = pd.DataFrame(
        {
            "size": rng.normal(size=rows),
            "colour": pd.Categorical(colours[rng.integers(0, len(colours), rows)]),
            "age": rng.integers(0, 90, rows).astype(float),
            "kind": pd.Categorical(np.array(["x", "y"])[rng.integers(0, 2, rows)]),
        }
    )
    frame.loc[rng.random(rows) < 0.1, "colour"] = None
    frame.loc[rng.random(rows) < 0.1, "age"] = np.nan
    y = labels(rng, np.column_stack([frame["size"], frame["colour"].cat.codes]))
    chosen = pick(rng, "from_dtype", ["colour", "kind"])
    return cls(categorical_features=chosen, max_iter=10, min_samples_leaf=5).fit(frame, y), frame[:50]


def adaboost(rng):
    x = matrix(rng)
    options = dict(n_estimators=int(rng.integers(1, 15)), learning_rate=pick(rng, 1.0, 0.5), random_state=seed(rng))
    if rng.random() < 0.6:
        cls = ensemble.AdaBoostClassifier
        bases = (None, DecisionTreeClassifier(max_depth=2, random_state=seed(rng)), GaussianNB(), LogisticRegression())
        options.update(estimator=pick(rng, *bases), algorithm=pick(rng, "SAMME", "SAMME.R"))
        return with_base(cls, options).fit(x, labels(rng, x)), split(rng, x)
    cls = ensemble.AdaBoostRegressor
    bases = (None, DecisionTreeRegressor(max_depth=2, random_state=seed(rng)), KNeighborsRegressor())
    options.update(estimator=pick(rng, *bases), loss=pick(rng, "linear", "square", "exponential"))
    return with_base(cls, options).fit(x, target(rng, x, 1)), split(rng, x)


def with_base(cls, options):
    """`estimator` was called base_estimator before scikit-learn 1.2."""
    known = supported(cls, **options)
    if "estimator" not in known:
        known["base_estimator"] = options["estimator"]
    return cls(**known)


def bagging(rng):
    x = matrix(rng)
    options = dict(
        n_estimators=int(rng.integers(1, 12)),
        max_samples=pick(rng, 1.0, 0.5),
        max_features=pick(rng, 1.0, 0.6),
        bootstrap=bool(rng.random() < 0.7),
        bootstrap_features=bool(rng.random() < 0.3),
        random_state=seed(rng),
    )
    if rng.random() < 0.6:
        options["estimator"] = pick(rng, None, a_classifier(rng))
        return with_base(ensemble.BaggingClassifier, options).fit(x, labels(rng, x)), split(rng, x)
    options["estimator"] = pick(rng, None, a_regressor(rng))
    return with_base(ensemble.BaggingRegressor, options).fit(x, target(rng, x, 1)), split(rng, x)


def named(rng, make, count=None):
    members = [(f"m{k}", make()) for k in range(count or int(rng.integers(2, 5)))]
    if rng.random() < 0.3:
        members.insert(1, ("dropped", "drop"))
    return members


def voting(rng):
    x = matrix(rng)
    if rng.random() < 0.6:
        kind = pick(rng, "hard", "soft")
        members = named(rng, lambda: a_classifier(rng, probabilities=kind == "soft"))
        weights = list(rng.integers(1, 4, size=len(members))) if rng.random() < 0.5 else None
        return ensemble.VotingClassifier(members, voting=kind, weights=weights).fit(x, labels(rng, x)), split(rng, x)
    members = named(rng, lambda: a_regressor(rng))
    weights = list(rng.random(len(members))) if rng.random() < 0.5 else None
    return ensemble.VotingRegressor(members, weights=weights).fit(x, target(rng, x, 1)), split(rng, x)


def stacking(rng):
    x = matrix(rng)
    through = bool(rng.random() < 0.4)
    if rng.random() < 0.6:
        members = named(rng, lambda: a_classifier(rng))
        final = pick(rng, None, DecisionTreeClassifier(max_depth=3, random_state=1), GaussianNB())
        options = dict(final_estimator=final, passthrough=through, cv=3, stack_method=pick(rng, "auto", "auto", "predict"))
        return ensemble.StackingClassifier(members, **options).fit(x, labels(rng, x, pick(rng, 2, 3))), split(rng, x)
    members = named(rng, lambda: a_regressor(rng))
    # Members may be all but equal, on which an unregularised final estimator would be nothing but rounding errors.
    final = pick(rng, None, DecisionTreeRegressor(max_depth=3, random_state=1), Ridge())
    return ensemble.StackingRegressor(members, final_estimator=final, passthrough=through, cv=3).fit(
        x, target(rng, x, 1)
    ), split(rng, x)


def isolation(rng):
    x = matrix(rng)
    options = dict(
        n_estimators=int(rng.integers(1, 20)),
        max_samples=pick(rng, "auto", 0.5, 10),
        max_features=pick(rng, 1.0, 0.6),
        contamination=pick(rng, "auto", 0.1),
        random_state=seed(rng),
    )
    return ensemble.IsolationForest(**options).fit(x), split(rng, x)


def clustered(rng):
    """A transformer among the first steps of an ensemble's member."""
    x = matrix(rng, columns=4)
    member = make_pipeline(KMeans(3, n_init=1, random_state=0), LogisticRegression())
    return ensemble.VotingClassifier([("a", member), ("b", GaussianNB())], voting="soft").fit(x, labels(rng, x)), split(rng, x)


def cases(rng):
    yield from fitted(
        rng,
        [
            gradient, gradient, histogram_classifier, histogram_regressor, histogram_frame, adaboost, bagging, voting,
            stacking, isolation, clustered,
        ],
    )  # fmt: skip
