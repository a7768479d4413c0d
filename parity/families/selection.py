"""Random feature selectors."""

import numpy as np
from sklearn import ensemble, feature_selection, linear_model, svm, tree
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from .data import fitted, labels, matrix, pick, split, supported, target


def wide(rng):
    x = matrix(rng, columns=int(rng.integers(3, 14)))
    if rng.random() < 0.3:
        x[:, 0] = 1.0
    return x


def univariate(rng):
    x = wide(rng)
    score, y = pick(
        rng,
        (feature_selection.f_classif, labels(rng, x)),
        (feature_selection.f_regression, target(rng, x, outputs=1)),
    )
    k = pick(rng, 1, 2, x.shape[1], "all", 0)
    estimator = pick(
        rng,
        feature_selection.SelectKBest(score, k=k),
        feature_selection.SelectPercentile(score, percentile=pick(rng, 10, 33, 50, 100)),
        feature_selection.SelectFpr(score, alpha=pick(rng, 0.05, 0.5)),
        feature_selection.SelectFdr(score, alpha=pick(rng, 0.05, 0.5)),
        feature_selection.SelectFwe(score, alpha=pick(rng, 0.05, 0.5)),
        feature_selection.GenericUnivariateSelect(score, mode="percentile", param=pick(rng, 20, 60)),
        feature_selection.GenericUnivariateSelect(score, mode="k_best", param=pick(rng, 1, 3)),
        feature_selection.GenericUnivariateSelect(score, mode=pick(rng, "fpr", "fdr", "fwe"), param=0.1),
    )
    return estimator.fit(x, y), split(rng, x)


def variance(rng):
    x = wide(rng)
    return feature_selection.VarianceThreshold(pick(rng, 0.0, 0.05, 1.0)).fit(x), split(rng, x)


def classifier(rng):
    return pick(
        rng,
        linear_model.LogisticRegression(max_iter=50),
        linear_model.LogisticRegression(penalty="l1", solver="liblinear", C=0.3),
        svm.LinearSVC(dual=False, max_iter=100),
        svm.SVC(kernel="linear"),
        tree.DecisionTreeClassifier(max_depth=4, random_state=0),
        ensemble.RandomForestClassifier(n_estimators=7, max_depth=4, random_state=0),
        ensemble.ExtraTreesClassifier(n_estimators=5, random_state=0),
        ensemble.GradientBoostingClassifier(n_estimators=4, random_state=0),
        ensemble.AdaBoostClassifier(n_estimators=4, random_state=0, **supported(ensemble.AdaBoostClassifier, algorithm="SAMME")),
    )


def regressor(rng):
    return pick(
        rng,
        linear_model.LinearRegression(),
        linear_model.Lasso(alpha=0.1),
        linear_model.ElasticNet(alpha=0.1, l1_ratio=pick(rng, 0.5, 1.0)),
        linear_model.Ridge(),
        svm.SVR(kernel="linear"),
        tree.DecisionTreeRegressor(max_depth=4, random_state=0),
        ensemble.RandomForestRegressor(n_estimators=6, max_depth=4, random_state=0),
        ensemble.GradientBoostingRegressor(n_estimators=5, random_state=0),
        ensemble.AdaBoostRegressor(n_estimators=4, random_state=0),
    )


def problem(rng, x):
    return pick(rng, (classifier(rng), labels(rng, x)), (regressor(rng), target(rng, x, outputs=1)))


def from_model(rng):
    x = wide(rng)
    estimator, y = problem(rng, x)
    options = dict(
        threshold=pick(rng, None, "mean", "median", "0.7*mean", "1.3 * median", 0.1, -np.inf),
        max_features=pick(rng, None, None, 2),
        norm_order=pick(rng, 1, 2, np.inf),
        prefit=pick(rng, False, False, True),
    )
    if rng.random() < 0.2 and hasattr(estimator, "C"):
        estimator = make_pipeline(StandardScaler(), estimator)
        options["importance_getter"] = f"named_steps.{estimator.steps[-1][0]}.coef_"
    if options["prefit"]:
        estimator.fit(x, y)
    return feature_selection.SelectFromModel(estimator, **options).fit(x, y), split(rng, x)


def elimination(rng):
    x = wide(rng)
    estimator, y = problem(rng, x)
    if rng.random() < 0.7:
        chosen = feature_selection.RFE(estimator, n_features_to_select=pick(rng, None, 1, 2), step=pick(rng, 1, 0.4))
    else:
        chosen = feature_selection.RFECV(estimator, step=2, cv=3)
    return chosen.fit(x, y), split(rng, x)


def sequential(rng):
    x = wide(rng)[:, :5]
    estimator = linear_model.Ridge()
    chosen = feature_selection.SequentialFeatureSelector(estimator, n_features_to_select=2, direction=pick(rng, "forward", "backward"), cv=2)
    return chosen.fit(x, target(rng, x, outputs=1)), split(rng, x)


def cases(rng):
    yield from fitted(rng, [univariate, univariate, univariate, variance, from_model, from_model, elimination, sequential])
