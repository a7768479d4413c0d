"""Random calibrated, multiclass, multioutput, searched and threshold-tuned estimators, and dummies."""

import numpy as np
import sklearn.model_selection as selection
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import TransformedTargetRegressor
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import RandomForestClassifier
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LinearRegression, LogisticRegression, Perceptron, Ridge
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier, OutputCodeClassifier
from sklearn.multioutput import ClassifierChain, MultiOutputClassifier, MultiOutputRegressor, RegressorChain
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, PowerTransformer, QuantileTransformer, RobustScaler
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from .data import counts, fitted, indicator, labels, matrix, pick, split, supported, target
from .ensembles import a_classifier, a_regressor, seed, with_base


def calibrated(rng):
    x = matrix(rng, rows=120)
    y = labels(rng, x, classes=pick(rng, 2, 3))
    base = pick(rng, LinearSVC(dual=True), LogisticRegression(), GaussianNB(), RandomForestClassifier(5, random_state=0))
    methods = ["sigmoid", "isotonic", "temperature"]
    options = dict(estimator=base, method=pick(rng, *methods), cv=pick(rng, 2, 3), ensemble=pick(rng, True, False))
    if rng.random() < 0.2:
        options.update(estimator=base.fit(x, y), cv="prefit")
    return with_base(CalibratedClassifierCV, options).fit(x, y), split(rng, x)


def one_vs_rest(rng):
    x = matrix(rng)
    kind = rng.random()
    y = indicator(rng, x) if kind < 0.3 else labels(rng, x)
    if kind < 0.1:
        y[:, 1] = pick(rng, 0, 1)
    return OneVsRestClassifier(a_classifier(rng)).fit(x, y), split(rng, x)


def one_vs_one(rng):
    x = matrix(rng)
    return OneVsOneClassifier(pick(rng, a_classifier(rng), Perceptron())).fit(x, labels(rng, x)), split(rng, x)


def output_code(rng):
    x = matrix(rng)
    options = dict(code_size=pick(rng, 1.5, 2.0, 3.0), random_state=seed(rng))
    return OutputCodeClassifier(pick(rng, LogisticRegression(), LinearSVC(dual=True)), **options).fit(
        x, labels(rng, x)
    ), split(rng, x)


def searched(rng):
    x = matrix(rng)
    cls = pick(rng, selection.GridSearchCV, selection.RandomizedSearchCV)
    if rng.random() < 0.5:
        search = cls(DecisionTreeClassifier(random_state=0), {"max_depth": [1, 3]}, cv=2)
        return with_iterations(search).fit(x, labels(rng, x)), split(rng, x)
    return with_iterations(cls(Ridge(), {"alpha": [0.1, 10.0]}, cv=2)).fit(x, target(rng, x)), split(rng, x)


def with_iterations(search):
    return search.set_params(n_iter=2) if "n_iter" in search.get_params() else search


def transformed_target(rng):
    x = matrix(rng, rows=100)
    y = counts(rng, x)
    if rng.random() < 0.5:
        func, inverse = pick(
            rng, (np.log1p, np.expm1), (np.log, np.exp), (np.sqrt, np.square), (np.cbrt, None), (None, None),
            (np.log2, np.exp2), (np.arcsinh, np.sinh),
        )  # fmt: skip
        model = TransformedTargetRegressor(a_regressor(rng), func=func, inverse_func=inverse, check_inverse=False)
        return model.fit(x, y), split(rng, x)
    y = np.column_stack([y, counts(rng, x)]) if rng.random() < 0.2 else y
    transformer = pick(
        rng, StandardScaler(), StandardScaler(with_mean=False), MinMaxScaler(), MaxAbsScaler(), RobustScaler(),
        PowerTransformer(pick(rng, "box-cox", "yeo-johnson"), standardize=bool(rng.random() < 0.5)),
        QuantileTransformer(n_quantiles=20, output_distribution=pick(rng, "normal", "uniform")),
    )  # fmt: skip
    return TransformedTargetRegressor(a_regressor(rng), transformer=transformer).fit(x, y), split(rng, x)


def multi_output(rng):
    x = matrix(rng)
    if rng.random() < 0.5:
        y = np.column_stack([labels(rng, x, 3), labels(rng, x, 3)])
        return MultiOutputClassifier(a_classifier(rng)).fit(x, y), split(rng, x)
    return MultiOutputRegressor(a_regressor(rng)).fit(x, target(rng, x, 3)), split(rng, x)


def chain(rng):
    x = matrix(rng)
    order = pick(rng, None, "random", [2, 0, 1])
    options = dict(order=order, cv=pick(rng, None, 2), random_state=seed(rng))
    if rng.random() < 0.5:
        methods = ("predict", "predict_proba", "decision_function")
        known = supported(ClassifierChain, chain_method=pick(rng, *methods), **options)
        return ClassifierChain(a_classifier(rng), **known).fit(x, indicator(rng, x)), split(rng, x)
    return RegressorChain(a_regressor(rng), **options).fit(x, target(rng, x, 3)), split(rng, x)


def threshold(rng):
    x = matrix(rng, rows=100)
    y = labels(rng, x, 2)
    base = pick(rng, LogisticRegression(), LinearSVC(dual=True), KNeighborsClassifier(3))
    if not hasattr(selection, "FixedThresholdClassifier"):
        raise ValueError("not in this version")
    positive = y[int(rng.integers(len(y)))]
    if rng.random() < 0.5:
        limit = pick(rng, "auto", 0.3, 0.0)
        return selection.FixedThresholdClassifier(base, threshold=limit, pos_label=pick(rng, None, positive)).fit(
            x, y
        ), split(rng, x)
    scoring = pick(rng, "balanced_accuracy", "f1", "accuracy")
    return selection.TunedThresholdClassifierCV(base, scoring=scoring, cv=2).fit(x, y), split(rng, x)


def isotonic(rng):
    x = np.sort(matrix(rng, columns=1)[:, 0])
    y = x + rng.normal(size=len(x))
    options = dict(out_of_bounds=pick(rng, "clip", "nan"), increasing=pick(rng, True, False, "auto"))
    asked = rng.normal(size=(20, 1)) * 3
    if options["out_of_bounds"] == "nan":  # an answer that is not a number is refused
        asked = np.clip(asked, x.min(), x.max())
    return IsotonicRegression(**options).fit(x, y), asked


def dummy(rng):
    x = matrix(rng)
    if rng.random() < 0.5:
        y = labels(rng, x)
        strategy = pick(rng, "prior", "most_frequent", "constant")
        return DummyClassifier(strategy=strategy, constant=y[3]).fit(x, y), split(rng, x)
    y = target(rng, x)
    strategy = pick(rng, "mean", "median", "quantile", "constant")
    return DummyRegressor(strategy=strategy, quantile=0.3, constant=y[3]).fit(x, y), split(rng, x)


def tree_of_many(rng):
    """A regression tree of several targets, searched."""
    x = matrix(rng)
    search = selection.GridSearchCV(DecisionTreeRegressor(random_state=0), {"max_depth": [2, 4]}, cv=2)
    return search.fit(x, target(rng, x, 2)), split(rng, x)


def regressed_classes(rng):
    """A regressor that tells each class from the rest."""
    x = matrix(rng)
    return OneVsRestClassifier(LinearRegression()).fit(x, labels(rng, x)), split(rng, x)


def cases(rng):
    yield from fitted(
        rng,
        [
            calibrated, one_vs_rest, one_vs_one, output_code, searched, transformed_target, multi_output, chain,
            threshold, isotonic, dummy, tree_of_many, regressed_classes,
        ],
    )  # fmt: skip
