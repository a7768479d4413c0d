"""Random scalers, encoders, discretizers and imputers, each the whole model."""

import numpy as np
import pandas as pd
from sklearn import preprocessing
from sklearn.impute import MissingIndicator, SimpleImputer

from .data import fitted, labels, matrix, pick, split, supported, target

WORDS = np.array(["red", "green", "blue", "Grün", "", "a b", "10", "ω"], dtype=object)


def gaps(rng, x, share=0.15):
    """The same numbers with some of them missing."""
    x = x.copy()
    x[rng.random(x.shape) < share] = np.nan
    return x


def maybe_gaps(rng, x):
    return gaps(rng, x) if rng.random() < 0.3 else x


def scaler(rng):
    x = maybe_gaps(rng, matrix(rng))
    estimator = pick(
        rng,
        preprocessing.StandardScaler(with_mean=pick(rng, True, False), with_std=pick(rng, True, False)),
        preprocessing.MinMaxScaler(feature_range=pick(rng, (0, 1), (-2, 3)), **supported(preprocessing.MinMaxScaler, clip=pick(rng, True, False))),
        preprocessing.MaxAbsScaler(**supported(preprocessing.MaxAbsScaler, clip=pick(rng, True, False))),
        preprocessing.RobustScaler(
            with_centering=pick(rng, True, False),
            with_scaling=pick(rng, True, False),
            quantile_range=pick(rng, (25.0, 75.0), (10.0, 90.0)),
            **supported(preprocessing.RobustScaler, unit_variance=pick(rng, True, False)),
        ),
    )
    return estimator.fit(x), maybe_gaps(rng, split(rng, x))


def rowwise(rng):
    x = matrix(rng)
    asked = split(rng, x)
    asked[0] = 0
    estimator = pick(
        rng,
        preprocessing.Normalizer(norm=pick(rng, "l1", "l2", "max")),
        preprocessing.Binarizer(threshold=pick(rng, 0.0, 1.5, -0.5)),
    )
    return estimator.fit(x), asked


def shape(rng):
    x = matrix(rng, rows=120)
    if rng.random() < 0.5:
        estimator = preprocessing.QuantileTransformer(
            n_quantiles=pick(rng, 10, 50, 120),
            output_distribution=pick(rng, "uniform", "normal"),
            random_state=0,
        )
        asked = np.vstack([split(rng, x), x.min(axis=0) - 1, x.max(axis=0) + 1, x.min(axis=0), x.max(axis=0)])
    else:
        method = pick(rng, "yeo-johnson", "box-cox")
        x = np.abs(x) + 0.1 if method == "box-cox" else x
        asked = np.abs(split(rng, x)) + 0.01 if method == "box-cox" else split(rng, x)
        estimator = preprocessing.PowerTransformer(method=method, standardize=pick(rng, True, False))
    return estimator.fit(maybe_gaps(rng, x)), maybe_gaps(rng, asked)


def polynomial(rng):
    x = matrix(rng, columns=int(rng.integers(1, 6)))
    estimator = preprocessing.PolynomialFeatures(
        degree=pick(rng, 2, 3, 1, (2, 3), (0, 2), (3, 4)),
        interaction_only=pick(rng, True, False),
        include_bias=pick(rng, True, False),
        order=pick(rng, "C", "F"),
    )
    return estimator.fit(x), split(rng, x)


def spline(rng):
    x = matrix(rng, rows=80, columns=int(rng.integers(1, 5)))
    estimator = preprocessing.SplineTransformer(
        n_knots=int(rng.integers(2, 8)),
        degree=int(rng.integers(0, 5)),
        knots=pick(rng, "uniform", "quantile"),
        extrapolation=pick(rng, "constant", "linear", "continue", "periodic", "error"),
        include_bias=pick(rng, True, False),
    )
    asked = x[:20] if estimator.extrapolation == "error" else np.vstack([split(rng, x), x.min(axis=0) - 2, x.max(axis=0) + 2])
    return estimator.fit(x), asked


def bins(rng):
    x = matrix(rng)
    cls = preprocessing.KBinsDiscretizer
    extra = supported(cls, subsample=None, dtype=pick(rng, None, None, np.float32, np.float64))
    extra.update(supported(cls, quantile_method="averaged_inverted_cdf"))
    estimator = cls(
        n_bins=pick(rng, 2, 3, 7, list(int(v) for v in rng.integers(2, 6, size=x.shape[1]))),
        encode=pick(rng, "onehot", "onehot-dense", "ordinal"),
        strategy=pick(rng, "uniform", "quantile", "kmeans"),
        **extra,
    ).fit(x)
    edges = np.array([[pick(rng, *e) for e in estimator.bin_edges_] for _ in range(5)])
    return estimator, np.vstack([split(rng, x), edges])


def categories(rng, rows=100):
    """A frame of text, numbers, whole numbers and truth values, some missing."""
    frame = {}
    for j in range(int(rng.integers(1, 6))):
        size = int(rng.integers(2, len(WORDS) + 1))
        codes = np.minimum(rng.integers(0, size, rows), rng.integers(0, size, rows))
        kind = pick(rng, "text", "text", "int", "float", "bool", "missing-text", "none-text", "missing-float")
        if kind == "bool":
            column = codes > 0
        elif kind in ("int", "float", "missing-float"):
            column = codes * (3 if kind == "int" else 1.5)
        else:
            column = WORDS[codes].astype(object)
        if kind.startswith("missing") or kind.startswith("none"):
            column = column.copy()
            column[rng.random(rows) < 0.2] = None if kind == "none-text" else np.nan
        frame[f"c{j}"] = pd.Series(column, dtype=object if "text" in kind else None)
    return pd.DataFrame(frame)


def strange(rng, frame):
    """The same rows with a few values that were not seen in training; a missing one is the kind that the column has."""
    frame = frame.copy()
    for name in frame.columns:
        row = int(rng.integers(0, 25))
        values = frame[name].tolist()
        if frame[name].dtype == object:
            values[row] = pick(rng, "strange", None if any(v is None for v in values) else np.nan)
            frame[name] = pd.Series(values, dtype=object)
        elif frame[name].dtype != bool:
            values[row] = 77
            frame[name] = values
    return frame


def one_hot(rng):
    frame = categories(rng)
    cls = preprocessing.OneHotEncoder
    unknown = pick(rng, "error", "ignore", "ignore", "infrequent_if_exist", "infrequent_if_exist", "warn")
    options = dict(handle_unknown=unknown, drop=pick(rng, None, None, "first", "if_binary", "each"))
    options["dtype"] = pick(rng, np.float64, np.float64, int, np.float32)
    if options["drop"] == "each":
        options["drop"] = [pick(rng, *pd.unique(frame[c])) for c in frame.columns]
    options.update(supported(cls, min_frequency=pick(rng, None, 5, 0.1, 30), max_categories=pick(rng, None, None, 2, 3)))
    asked = frame.iloc[:25]
    return cls(**options).fit(frame), asked if unknown == "error" else strange(rng, frame).iloc[:25]


def one_hot_array(rng):
    x = rng.integers(0, 5, size=(60, 3)) * pick(rng, 1, 2.5)
    x = x.astype(str).astype(object) if rng.random() < 0.4 else x
    given = pick(rng, "auto", [list(np.unique(x[:, j])) for j in range(3)])
    return preprocessing.OneHotEncoder(categories=given, handle_unknown="ignore").fit(x), x[:20]


def ordinal(rng):
    frame = categories(rng)
    cls = preprocessing.OrdinalEncoder
    options = {}
    asked = frame.iloc[:25]
    if rng.random() < 0.6:
        options.update(supported(cls, handle_unknown="use_encoded_value", unknown_value=pick(rng, -1, 99, np.nan)))
        asked = strange(rng, frame).iloc[:25]
    options.update(supported(cls, encoded_missing_value=pick(rng, np.nan, -2, 50)))
    options.update(supported(cls, min_frequency=pick(rng, None, None, 8, 0.1), max_categories=pick(rng, None, None, 3)))
    return cls(**options).fit(frame), asked


def target_mean(rng):
    frame = categories(rng)
    x = rng.normal(size=(len(frame), 3))
    y = target(rng, x, outputs=1) if rng.random() < 0.4 else labels(rng, x)
    estimator = preprocessing.TargetEncoder(smooth=pick(rng, "auto", 5.0), random_state=0)
    return estimator.fit(frame, y), strange(rng, frame).iloc[:25]


def label(rng):
    y = labels(rng, matrix(rng))
    if rng.random() < 0.5:
        return preprocessing.LabelEncoder().fit(y), y[:20]
    options = dict(neg_label=pick(rng, 0, -1), pos_label=pick(rng, 1, 4))
    return preprocessing.LabelBinarizer(**options).fit(y), y[:20]


def imputer(rng):
    x = gaps(rng, matrix(rng))
    strategy = pick(rng, "mean", "median", "most_frequent", "constant")
    options = dict(strategy=strategy, add_indicator=pick(rng, True, False))
    if strategy == "constant":
        options["fill_value"] = pick(rng, None, -7.5, 3)
    if rng.random() < 0.3:
        x[:, int(rng.integers(x.shape[1]))] = np.nan
    options.update(supported(SimpleImputer, keep_empty_features=pick(rng, True, False)))
    asked = gaps(rng, split(rng, x))
    if rng.random() < 0.25:
        options["missing_values"] = pick(rng, -1, 0, 7.5)
        x, asked = np.nan_to_num(x, nan=options["missing_values"]), np.nan_to_num(asked, nan=options["missing_values"])
    return SimpleImputer(**options).fit(x), asked


def text_imputer(rng):
    words = rng.choice(WORDS[:5], size=(80, 3)).astype(object)
    mark = pick(rng, np.nan, np.nan, None, "?")
    words[rng.random(words.shape) < 0.2] = mark
    if rng.random() < 0.2:
        words[:, 1] = mark
    strategy = pick(rng, "most_frequent", "constant")
    options = dict(strategy=strategy, missing_values=mark, add_indicator=pick(rng, True, False))
    if strategy == "constant":
        options["fill_value"] = pick(rng, None, "none")
    return SimpleImputer(**options).fit(words), words[:25]


def indicator(rng):
    x = matrix(rng)
    holes = x.copy()
    some = rng.random(x.shape[1]) < 0.6
    holes[:, some] = gaps(rng, holes[:, some], 0.3)
    estimator = MissingIndicator(features=pick(rng, "missing-only", "all"), error_on_new=pick(rng, True, False))
    return estimator.fit(holes), holes[:25]


MAKERS = [
    scaler, scaler, rowwise, shape, shape, polynomial, bins, bins, one_hot, one_hot, one_hot, one_hot_array, ordinal,
    ordinal, label, imputer, imputer, text_imputer, indicator,
]  # fmt: skip
if hasattr(preprocessing, "SplineTransformer"):
    MAKERS.extend([spline, spline])
if hasattr(preprocessing, "TargetEncoder"):
    MAKERS.append(target_mean)


def cases(rng):
    yield from fitted(rng, MAKERS)
