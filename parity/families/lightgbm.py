"""Random LightGBM models: every objective and way of boosting, missing values, zeros, thresholds hit exactly, categories;
as text, as pickled boosters, and as scikit-learn estimators by themselves and inside others."""

import re

import lightgbm as lgb
import numpy as np
import pandas as pd
from sklearn import ensemble, model_selection, multiclass, multioutput
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from .data import counts, labels, matrix, pick, target
from .ensembles import with_base

REFUSALS = (ValueError, TypeError, NotImplementedError, AttributeError, IndexError, lgb.basic.LightGBMError)
NUMBERS = ["regression", "regression_l1", "huber", "fair", "quantile", "mape", "poisson", "gamma", "tweedie"]


def holes(rng, x, share=0.1):
    """Missing values and zeros in some of the columns."""
    x = x.copy()
    for j in range(x.shape[1]):
        if rng.random() < 0.6:
            x[rng.random(len(x)) < share, j] = np.nan
        if rng.random() < 0.4:
            x[rng.random(len(x)) < 0.2, j] = pick(rng, 0.0, 1e-36, -1e-40)
    return x


def booster_of(model):
    return model if isinstance(model, lgb.Booster) else model.booster_


def at_thresholds(rng, model, x):
    """Rows whose values are the model's own thresholds, a little more, or a little less."""
    text = booster_of(model).model_to_string()
    features = [int(f) for line in re.findall(r"^split_feature=(.*)$", text, re.M) for f in line.split()]
    limits = [float(t) for line in re.findall(r"^threshold=(.*)$", text, re.M) for t in line.split()]
    rows = x[rng.integers(len(x), size=25)].copy()
    for row in rows:
        for _ in range(4):
            if not features:
                break
            k = int(rng.integers(len(features)))
            row[features[k]] = pick(rng, limits[k], np.nextafter(limits[k], np.inf), np.nextafter(limits[k], -np.inf))
    return np.where(np.isinf(rows), 1e300, rows)


def asked(rng, model, x):
    return np.vstack([x[:15], holes(rng, x[15:30], 0.4), at_thresholds(rng, model, x)])


def options(rng, linear=True):
    known = dict(
        n_estimators=int(rng.integers(1, 25)),
        num_leaves=pick(rng, 2, 4, 15, 31),
        max_depth=pick(rng, -1, -1, 2, 5),
        learning_rate=pick(rng, 0.1, 0.5, 1.0),
        min_child_samples=pick(rng, 1, 5),
        random_state=int(rng.integers(1000)),
        verbose=-1,
        n_jobs=1,
    )
    kind = rng.random()
    if kind < 0.12:
        known.update(boosting_type="dart")
    elif kind < 0.24:
        known.update(boosting_type="rf", subsample=0.6, subsample_freq=1)
    elif kind < 0.34:
        known.update(boosting_type="goss")
    elif kind < 0.44 and linear:
        known.update(linear_tree=True)
    for name, value in dict(
        zero_as_missing=True, use_missing=False, extra_trees=True, max_bin=7, path_smooth=1.0, reg_sqrt=True,
        sigmoid=0.7, boost_from_average=False, max_delta_step=0.3, reg_alpha=0.5,
    ).items():  # fmt: skip
        if rng.random() < 0.15:
            known[name] = value
    return known


def regressor(rng):
    x = matrix(rng, rows=int(rng.integers(60, 300)))
    objective = pick(rng, *NUMBERS, "cross_entropy", "cross_entropy_lambda", "xentropy")
    y = counts(rng, x) if objective in ("poisson", "gamma", "tweedie") else target(rng, x, outputs=1)
    if "entropy" in objective:
        y = 1 / (1 + np.exp(-y))
    x = holes(rng, x)
    model = lgb.LGBMRegressor(objective=objective, **options(rng, objective != "regression_l1")).fit(x, y)
    return model, asked(rng, model, x)


def classifier(rng):
    x = matrix(rng, rows=int(rng.integers(60, 300)))
    y = labels(rng, x)
    x = holes(rng, x)
    several = len(np.unique(y)) > 2
    objective = pick(rng, "multiclass", "multiclassova") if several else pick(rng, "binary", "cross_entropy")
    more = {} if several or rng.random() < 0.7 else dict(is_unbalance=True)
    model = lgb.LGBMClassifier(objective=objective, **more, **options(rng, False)).fit(x, y)
    return model, asked(rng, model, x)


def stopped(rng):
    """Early stopping: answers come from the best iteration."""
    x = matrix(rng, rows=200)
    y = target(rng, x, outputs=1)
    known = dict(options(rng), n_estimators=40, learning_rate=1.0, boosting_type="gbdt", metric="l2")
    if hasattr(lgb, "early_stopping"):
        how = dict(callbacks=[lgb.early_stopping(2, verbose=False)])
    else:
        how = dict(early_stopping_rounds=2, verbose=False)
    model = lgb.LGBMRegressor(**known).fit(x[:100], y[:100], eval_set=[(x[100:], y[100:])], **how)
    return model, asked(rng, model, x)


def ranker(rng):
    x = holes(rng, matrix(rng, rows=120))
    y = rng.integers(0, 4, size=120)
    objective = pick(rng, "lambdarank", "lambdarank", "rank_xendcg")
    model = lgb.LGBMRanker(objective=objective, **options(rng, False)).fit(x, y, group=[30, 50, 40])
    return model, asked(rng, model, x)


def whole_categories(rng):
    """Columns of whole numbers declared as categories."""
    x = matrix(rng, rows=250)
    chosen = sorted(set(int(j) for j in rng.integers(x.shape[1], size=2)))
    for j in chosen:
        x[:, j] = rng.integers(0, pick(rng, 3, 40, 300), size=len(x))
    y = target(rng, x, outputs=1)
    known = dict(options(rng, False), min_data_per_group=pick(rng, 1, 20), cat_smooth=1, max_cat_to_onehot=pick(rng, 4, 20))
    model = lgb.LGBMRegressor(**known).fit(x, y, categorical_feature=chosen)
    rows = x[:40].copy()
    for row in rows:
        row[chosen] = rng.choice([np.nan, -1.0, 2.5, 1000.0, 31.0, 32.0, 2.0, -0.5, 3e9], size=len(chosen))
    return model, np.vstack([x[:20], rows])


def frame(rng, rows):
    lists = [["a", "b", "c"], ["Ålesund", "東京", "x", "New York"], [3, 7, 1000], [0.5, 1.5], [True, False]]
    found = {}
    for j in range(int(rng.integers(1, 4))):
        values = lists[int(rng.integers(len(lists)))]
        found[f"c{j}"] = pd.Categorical([values[k] for k in rng.integers(len(values), size=rows)], categories=values)
    for j in range(int(rng.integers(1, 3))):
        found[f"n{j}"] = rng.normal(size=rows)
    table = pd.DataFrame(found)
    return table[list(rng.permutation(table.columns))]


def categories(rng):
    """Columns of a data frame that pandas holds as categories."""
    x = frame(rng, 250)
    codes = sum(x[c].cat.codes.astype(float) if c[0] == "c" else x[c] for c in x.columns)
    y = np.asarray(codes + rng.normal(size=len(x)) * 0.1)
    known = dict(options(rng, False), min_data_per_group=1, cat_smooth=1)
    if rng.random() < 0.5:
        model = lgb.LGBMRegressor(**known).fit(x, y)
    else:
        model = lgb.LGBMClassifier(**known).fit(x, np.where(y > np.median(y), "yes", "no"))
    rows = x[:30].copy()
    for column in rows.columns:
        rows.loc[rng.random(len(rows)) < 0.2, column] = None if column[0] == "c" else np.nan
    return model, rows


def small(rng):
    return dict(n_estimators=int(rng.integers(1, 8)), num_leaves=7, min_child_samples=2, verbose=-1, n_jobs=1)


def wrapped(rng):
    """Inside scikit-learn's estimators."""
    x = matrix(rng, rows=150)
    y = labels(rng, x, classes=pick(rng, 2, 3))
    model = lgb.LGBMClassifier(**small(rng))
    number = lgb.LGBMRegressor(**small(rng))
    kind = int(rng.integers(9))
    if kind == 0:
        return make_pipeline(pick(rng, StandardScaler(), MinMaxScaler()), model).fit(x, y), x[:30]
    if kind == 1:
        return model_selection.GridSearchCV(model, {"num_leaves": [3, 7]}, cv=2).fit(x, y), holes(rng, x)[:30]
    if kind == 2:
        calibrated = dict(estimator=model, method=pick(rng, "sigmoid", "isotonic"), cv=2)
        return with_base(CalibratedClassifierCV, calibrated).fit(x, y), x[:30]
    if kind == 3:
        members = [("a", model), ("b", LogisticRegression())]
        return ensemble.VotingClassifier(members, voting=pick(rng, "soft", "hard")).fit(x, y), x[:30]
    if kind == 4:
        members = [("a", model), ("b", LogisticRegression())]
        return ensemble.StackingClassifier(members, final_estimator=LogisticRegression(), cv=2).fit(x, y), x[:30]
    if kind == 5:
        return multiclass.OneVsRestClassifier(model).fit(x, y), x[:30]
    if kind == 6:
        return multioutput.MultiOutputRegressor(number).fit(x, target(rng, x, outputs=2)), x[:30]
    if kind == 7:
        several = np.column_stack([y, labels(rng, x, classes=2)]) if y.dtype.kind in "if" else None
        return multioutput.MultiOutputClassifier(model).fit(x, several), x[:30]
    return ensemble.VotingRegressor([("a", number), ("b", lgb.LGBMRegressor(**small(rng)))]).fit(
        x, target(rng, x, outputs=1)
    ), x[:30]


def answers(model, x):
    """What the library gives by method, and raw scores; None where it refuses."""
    found = {}
    scores = raw_scores(model, x)
    if scores is not None:
        found["margin"] = scores
    for method in ("predict", "predict_proba", "decision_function", "transform"):
        if hasattr(model, method):
            try:
                found[method] = getattr(model, method)(x)
            except Exception:  # the library's own refusal, whatever it is
                found[method] = None
    return found


def raw_scores(model, x):
    if isinstance(model, (lgb.Booster, lgb.LGBMModel)):
        return model.predict(x, raw_score=True)
    if hasattr(model, "best_estimator_"):
        return raw_scores(model.best_estimator_, x)
    steps = getattr(model, "steps", None)
    return raw_scores(steps[-1][1], model[:-1].transform(x)) if steps else None


class Case:
    """Raw scores must have the library's bits."""

    exact = ["margin"]

    def __init__(self, name, model, x, writers=None):
        self.name, self.model, self.x, self.asked, self.writers = name, model, x, x, writers


TEXT = [("text.txt", lambda model, file: model.save_model(file))]
MAKERS = [regressor, regressor, classifier, classifier, stopped, ranker, whole_categories, categories, wrapped, wrapped]


def cases(rng):
    while True:
        make = pick(rng, *MAKERS)
        try:
            model, rows = make(rng)
        except REFUSALS:
            continue
        name = f"{make.__name__} {type(model).__name__}"
        form = rng.random()
        if isinstance(model, lgb.LGBMModel) and form < 0.3:
            yield Case(f"{name} as text", model.booster_, rows, TEXT)
        elif isinstance(model, lgb.LGBMModel) and form < 0.5:
            yield Case(f"{name}.booster_", model.booster_, rows)
        else:
            yield Case(name, model, rows)
