"""Random pipelines of imbalanced-learn with samplers, and its ensembles; imbalanced-learn must be installed beside."""

import numpy as np
from imblearn import combine, ensemble, over_sampling, under_sampling
from imblearn.pipeline import Pipeline
from sklearn import linear_model, preprocessing, tree

from .data import fitted, labels, matrix, pick, split


def sampler(rng):
    return pick(
        rng,
        over_sampling.RandomOverSampler(random_state=0),
        over_sampling.SMOTE(k_neighbors=2, random_state=0),
        over_sampling.ADASYN(n_neighbors=2, random_state=0),
        over_sampling.BorderlineSMOTE(k_neighbors=2, random_state=0),
        under_sampling.RandomUnderSampler(random_state=0),
        under_sampling.NearMiss(n_neighbors=2),
        under_sampling.TomekLinks(),
        under_sampling.EditedNearestNeighbours(n_neighbors=2),
        combine.SMOTEENN(smote=over_sampling.SMOTE(k_neighbors=2), random_state=0),
        combine.SMOTETomek(smote=over_sampling.SMOTE(k_neighbors=2), random_state=0),
    )


def pipeline(rng):
    x = matrix(rng, rows=150)
    model = pick(rng, linear_model.LogisticRegression(max_iter=50), tree.DecisionTreeClassifier(max_depth=4, random_state=0))
    steps = [("scale", preprocessing.StandardScaler()), ("sample", sampler(rng)), ("model", model)]
    if rng.random() < 0.4:
        steps = [steps[1], steps[0], steps[2]]
    return Pipeline(steps).fit(x, labels(rng, x)), split(rng, x)


def ensembles(rng):
    x = matrix(rng, rows=150)
    y = labels(rng, x)
    model = pick(
        rng,
        ensemble.BalancedRandomForestClassifier(5, max_depth=4, random_state=0, sampling_strategy="all", replacement=True),
        ensemble.BalancedBaggingClassifier(n_estimators=3, random_state=0),
        ensemble.EasyEnsembleClassifier(n_estimators=3, random_state=0),
        ensemble.RUSBoostClassifier(n_estimators=4, random_state=0),
    )
    return model.fit(x, y), split(rng, x)


def cases(rng):
    yield from fitted(rng, [pipeline, pipeline, ensembles])
