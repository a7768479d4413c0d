"""Random linear models."""

import numpy as np
from sklearn import linear_model as lm
from sklearn import svm

from .data import counts, fitted, indicator, labels, matrix, pick, split, supported, target

REGRESSORS = (
    "LinearRegression Ridge RidgeCV Lasso LassoCV ElasticNet ElasticNetCV Lars LarsCV LassoLars LassoLarsCV LassoLarsIC "
    "OrthogonalMatchingPursuit OrthogonalMatchingPursuitCV BayesianRidge ARDRegression HuberRegressor "
    "TheilSenRegressor SGDRegressor PassiveAggressiveRegressor QuantileRegressor LinearSVR"
).split()
SINGLE = set(
    "LassoCV ElasticNetCV LarsCV LassoLarsCV LassoLarsIC OrthogonalMatchingPursuitCV BayesianRidge ARDRegression "
    "HuberRegressor TheilSenRegressor SGDRegressor PassiveAggressiveRegressor QuantileRegressor LinearSVR".split()
)


def found(name):
    return getattr(lm, name, None) or getattr(svm, name)


def maybe_sparse(rng, estimator):
    if hasattr(estimator, "sparsify") and rng.random() < 0.3:
        estimator.sparsify()
    return estimator


def regressor(rng):
    name = pick(rng, *REGRESSORS)
    cls = found(name)
    x = matrix(rng)
    y = target(rng, x, 1 if name in SINGLE else None)
    options = supported(cls, fit_intercept=bool(rng.random() < 0.8), random_state=0, max_iter=300)
    if name in ("Ridge", "Lasso", "ElasticNet"):
        options["alpha"] = float(rng.choice([0.01, 0.5, 2.0]))
    return maybe_sparse(rng, cls(**options).fit(x, y)), split(rng, x)


def multi_task(rng):
    cls = found(pick(rng, "MultiTaskLasso", "MultiTaskElasticNet", "MultiTaskLassoCV", "MultiTaskElasticNetCV"))
    x = matrix(rng)
    return cls(fit_intercept=bool(rng.random() < 0.8)).fit(x, target(rng, x, 3)), split(rng, x)


def generalised(rng):
    cls = found(pick(rng, "PoissonRegressor", "GammaRegressor", "TweedieRegressor", "TweedieRegressor"))
    x = matrix(rng)
    options = supported(cls, power=pick(rng, 0, 1, 1.5, 2, 3), link=pick(rng, "auto", "log", "identity"))
    options["fit_intercept"] = bool(rng.random() < 0.8)
    return cls(**options).fit(x, counts(rng, x)), split(rng, x)


def ransac(rng):
    x = matrix(rng)
    inner = pick(rng, None, lm.Ridge(), lm.Lasso(0.01))
    return lm.RANSACRegressor(inner, random_state=0).fit(x, target(rng, x)), split(rng, x)


def logistic(rng):
    solver = pick(rng, "lbfgs", "liblinear", "newton-cg", "sag", "saga", "newton-cholesky")
    cls = pick(rng, lm.LogisticRegression, lm.LogisticRegression, lm.LogisticRegressionCV)
    options = dict(solver=solver, max_iter=60, fit_intercept=bool(rng.random() < 0.8))
    options.update(supported(cls, multi_class=pick(rng, "auto", "ovr", "multinomial", "deprecated"), random_state=0))
    if cls is lm.LogisticRegression:
        options["C"] = float(rng.choice([0.01, 1.0, 50.0]))
    else:
        options.update(dict(Cs=2, cv=2))
    x = matrix(rng)
    return maybe_sparse(rng, cls(**options).fit(x, labels(rng, x))), split(rng, x)


def sgd(rng):
    loss = pick(
        rng, "hinge", "log", "log_loss", "log_loss", "modified_huber", "modified_huber", "squared_hinge",
        "perceptron", "squared_error", "squared_loss", "huber", "epsilon_insensitive",
    )
    x = matrix(rng)
    average = pick(rng, False, True, 10)
    estimator = lm.SGDClassifier(loss=loss, max_iter=20, average=average, random_state=0)
    return maybe_sparse(rng, estimator.fit(x, labels(rng, x))), split(rng, x)


def one_class(rng):
    x = matrix(rng)
    return lm.SGDOneClassSVM(nu=0.3, random_state=0).fit(x), split(rng, x)


def classifier(rng):
    cls = found(pick(rng, "LinearSVC", "Perceptron", "PassiveAggressiveClassifier", "RidgeClassifier", "RidgeClassifierCV"))
    options = supported(cls, fit_intercept=bool(rng.random() < 0.8), random_state=0, max_iter=100)
    options.update(supported(cls, multi_class=pick(rng, "ovr", "crammer_singer")))
    x = matrix(rng)
    several = cls.__name__.startswith("Ridge") and rng.random() < 0.3
    y = indicator(rng, x) if several else labels(rng, x)
    if several and y.shape[1] > 1 and len(np.unique(y[:, 0])) < 2:
        raise ValueError("one class only")
    return maybe_sparse(rng, cls(**options).fit(x, y)), split(rng, x)


def cases(rng):
    yield from fitted(
        rng,
        [regressor, regressor, regressor, multi_task, generalised, generalised, ransac, logistic, logistic, logistic, sgd, sgd]
        + [one_class, classifier, classifier],
    )
