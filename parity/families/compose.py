"""Random pipelines, unions and column transformers over arrays and data frames, most with a predictor at the end."""

import numpy as np
import pandas as pd
from sklearn import compose, decomposition, feature_selection, impute, linear_model, preprocessing, tree
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline

from .data import fitted, labels, matrix, pick, split, supported, target
from .preprocessing import WORDS, gaps


def numeric_step(rng):
    """A transformer of numbers that takes any number of columns."""
    return pick(
        rng,
        preprocessing.StandardScaler(),
        preprocessing.MinMaxScaler(),
        preprocessing.RobustScaler(),
        preprocessing.Normalizer(),
        preprocessing.PowerTransformer(),
        preprocessing.QuantileTransformer(n_quantiles=20, output_distribution=pick(rng, "uniform", "normal")),
        preprocessing.PolynomialFeatures(2, include_bias=pick(rng, True, False)),
        preprocessing.KBinsDiscretizer(n_bins=3, encode=pick(rng, "onehot", "ordinal"), strategy="uniform"),
        preprocessing.FunctionTransformer(pick(rng, None, np.tanh, np.abs, np.square, np.cbrt)),
        decomposition.PCA(n_components=1),
        feature_selection.VarianceThreshold(),
        "passthrough",
    )


def predictor(rng, x):
    """A quick one with its target."""
    if rng.random() < 0.5:
        model = pick(rng, linear_model.LogisticRegression(max_iter=30), tree.DecisionTreeClassifier(max_depth=3, random_state=0))
        return model, labels(rng, x)
    return pick(rng, linear_model.Ridge(), linear_model.LinearRegression()), target(rng, x, outputs=1)


def ending(rng, steps, x):
    """The steps with a predictor behind them, or without."""
    if rng.random() < 0.25:
        return Pipeline(steps), labels(rng, x)
    model, y = predictor(rng, x)
    return Pipeline([*steps, ("model", model)]), y


def varied(rng):
    """A matrix without constant columns: behind a function, where the last bit of a double is the C library's own,
    QuantileTransformer puts those to either end of the distribution."""
    x = matrix(rng)
    constant = x.std(axis=0) == 0
    x[:, constant] = rng.normal(size=(len(x), constant.sum()))
    return x


def chain(rng):
    x = varied(rng)
    steps = [(f"s{k}", numeric_step(rng)) for k in range(int(rng.integers(1, 4)))]
    pipeline, y = ending(rng, steps, x)
    return pipeline.fit(x, y), split(rng, x)


def imputed(rng):
    x = matrix(rng)
    holes = gaps(rng, x)
    first = impute.SimpleImputer(strategy=pick(rng, "mean", "median", "constant"), add_indicator=pick(rng, True, False))
    steps = [("impute", first), ("s", numeric_step(rng))]
    if rng.random() < 0.4:
        steps.insert(0, ("scale", preprocessing.StandardScaler()))
    pipeline, y = ending(rng, steps, x)
    return pipeline.fit(holes, y), gaps(rng, split(rng, x))


def union(rng):
    x = matrix(rng)
    parts = [(f"u{k}", numeric_step(rng)) for k in range(int(rng.integers(1, 4)))] + [("none", "drop")]
    weights = pick(rng, None, {"u0": 2.5})
    pipeline, y = ending(rng, [("union", FeatureUnion(parts, transformer_weights=weights))], x)
    return pipeline.fit(x, y), split(rng, x)


def selection(rng, columns):
    """Column positions in one of the ways to give them."""
    n = columns
    some = sorted(int(v) for v in rng.choice(n, size=int(rng.integers(1, n)), replace=False))
    return pick(
        rng,
        some,
        np.array(some),
        slice(0, max(1, n // 2)),
        slice(-2, None),
        [j in some for j in range(n)],
        np.array([j in some for j in range(n)]),
        [some[0] - n],
    )


def by_position(rng):
    x = matrix(rng, columns=int(rng.integers(3, 8)))
    parts = [(f"t{k}", pick(rng, numeric_step(rng), numeric_step(rng), "drop"), selection(rng, x.shape[1])) for k in range(int(rng.integers(1, 4)))]
    parts.append(("empty", preprocessing.StandardScaler(), []))
    transformer = compose.ColumnTransformer(
        parts,
        remainder=pick(rng, "drop", "passthrough", preprocessing.StandardScaler()),
        transformer_weights=pick(rng, None, {"t0": 0.5}),
        sparse_threshold=pick(rng, 0.3, 0, 1.0),
    )
    pipeline, y = ending(rng, [("columns", transformer)], x)
    return pipeline.fit(x, y), split(rng, x)


def people(rng, rows=90):
    """A frame of numbers and text, in no special order, with some of both missing."""
    frame = pd.DataFrame(gaps(rng, matrix(rng, rows=rows, columns=3), 0.1), columns=["age", "income", "score"])
    for name in ["town", "job"]:
        words = rng.choice(WORDS[: int(rng.integers(2, 7))], size=rows).astype(object)
        if rng.random() < 0.5:
            words[rng.random(rows) < 0.1] = np.nan
        frame[name] = pd.Series(words, dtype=object)
    frame["visits"] = rng.integers(0, 5, size=rows)
    frame["member"] = rng.random(rows) < 0.5
    return frame[list(rng.permutation(frame.columns))]


def categorical_branch(rng):
    hot = preprocessing.OneHotEncoder(
        handle_unknown="ignore", **supported(preprocessing.OneHotEncoder, min_frequency=pick(rng, None, 5))
    )
    number = supported(preprocessing.OrdinalEncoder, handle_unknown="use_encoded_value", unknown_value=-1)
    filled = impute.SimpleImputer(strategy=pick(rng, "most_frequent", "constant"))
    return pick(rng, hot, make_pipeline(filled, hot), make_pipeline(filled, preprocessing.OrdinalEncoder(**number)))


def by_name(rng):
    frame = people(rng)
    filled = impute.SimpleImputer(strategy=pick(rng, "mean", "median"), add_indicator=pick(rng, True, False))
    numbers = make_pipeline(filled, preprocessing.StandardScaler())
    numeric = pick(rng, ["age", "income", "score"], compose.make_column_selector(dtype_include="float64"))
    parts = [("numbers", numbers, numeric), ("text", categorical_branch(rng), ["town", "job"])]
    if rng.random() < 0.4:
        parts.append(("counts", preprocessing.MinMaxScaler(), slice("visits", "visits")))
    if rng.random() < 0.3:
        parts.reverse()
    rest = pick(rng, "drop", "passthrough", preprocessing.FunctionTransformer())
    later = supported(compose.ColumnTransformer, force_int_remainder_cols=pick(rng, True, False))
    if "force_int_remainder_cols" in later and rng.random() < 0.7:
        later = {}
    transformer = compose.ColumnTransformer(parts, remainder=rest, **later)
    x = frame[["age", "income", "score"]].fillna(0).to_numpy()
    pipeline, y = ending(rng, [("columns", transformer)], x)
    asked = frame.iloc[:30].copy()
    if rng.random() < 0.5:
        town = asked["town"].tolist()
        town[0] = "elsewhere"
        asked["town"] = pd.Series(town, dtype=object)
    return pipeline.fit(frame, y), asked


def function(rng):
    x = matrix(rng)
    estimator = preprocessing.FunctionTransformer(
        pick(rng, None, np.log1p, np.sqrt, np.exp, np.abs, np.log10, np.sign, np.rint, np.floor, np.reciprocal),
        validate=pick(rng, True, False),
    )
    return estimator.fit(np.abs(x)), np.abs(split(rng, x))


def cases(rng):
    yield from fitted(rng, [chain, imputed, union, by_position, by_position, by_name, by_name, by_name, function])
