"""Random XGBoost models: every booster, objective and file format that the installed version has."""

import os
import re

import numpy as np
import pandas as pd
import xgboost as xgb
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from .data import counts, indicator, labels, matrix, pick, split, target
from .xgboost_library import BOOSTER_WRITERS, VERSION, answers, margins

#: Numbers of XGBoost's own answers must have the same bits. The exponential that 1.0 to 1.2 bring along is not the C library's.
EXACT = ["margin"] if (1, 0) <= VERSION < (1, 3) else ["margin", "predict", "predict_proba"]
#: A unit in the last place of a float32, and what scikit-learn's own arithmetic in float32 comes to.
ULP, FLOAT32 = 1.2e-7, 2e-6
VALUES = ["reg:squarederror", "reg:squaredlogerror", "reg:pseudohubererror", "reg:absoluteerror", "reg:tweedie"]
POSITIVE = ["count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "reg:squaredlogerror"]


class Case:
    """A fitted model, the rows to ask it about, and the ways to write it."""

    def __init__(self, name, model, x, writers=None, exact=None, asked=None, tolerance=ULP):
        self.name, self.model, self.x, self.writers, self.tolerance = name, model, x, writers, tolerance
        self.exact = EXACT if exact is None else exact
        #: The rows as Modelgate takes them, where that is not as XGBoost does.
        self.asked = x if asked is None else asked


def options(rng):
    """Parameters that the wrappers and `train` share."""
    chosen = dict(
        learning_rate=pick(rng, 0.1, 0.3, 1.0),
        max_depth=pick(rng, 1, 2, 4, 6, 9),
        subsample=pick(rng, 1.0, 0.7),
        min_child_weight=pick(rng, 0, 1, 5),
        seed=int(rng.integers(1000)),
    )
    booster = pick(rng, "gbtree", "gbtree", "gbtree", "dart", "gblinear")
    # Dart of 0.90 drops trees at random when it predicts.
    if booster == "dart" and VERSION >= (1, 0):
        chosen.update(booster=booster, rate_drop=0.4, skip_drop=0.2)
    elif booster == "gblinear":
        chosen = dict(booster=booster, learning_rate=0.5, seed=1)
        # Its default updates weights in no fixed order.
        chosen["updater"] = "coord_descent"
        return chosen
    if rng.random() < 0.3:
        chosen["tree_method"] = pick(rng, "exact", "hist", "approx")
    if rng.random() < 0.2 and booster == "gbtree":
        chosen.update(tree_method="hist", grow_policy="lossguide", max_leaves=12, max_depth=0)
    if rng.random() < 0.2 and booster == "gbtree":
        chosen["num_parallel_tree"] = pick(rng, 2, 4)
    if rng.random() < 0.3:
        chosen["base_score"] = pick(rng, 0.5, 0.3, 0.9)
    return chosen


def holes(rng, x, missing):
    x = x.copy()
    x[rng.random(x.shape) < 0.1] = missing
    return x


def at_thresholds(rng, model, x):
    """Some values become thresholds of the model, or their nearest float32 neighbours."""
    booster = model if isinstance(model, xgb.Booster) else model.get_booster()
    try:
        found = re.findall(r"\[f(\d+)<([^\]]+)\]", "".join(booster.get_dump()))
    except Exception:
        return x
    for feature, threshold in found[:60]:
        value = np.float32(threshold)
        near = pick(rng, value, np.nextafter(value, np.float32(np.inf)), np.nextafter(value, np.float32(-np.inf)))
        x[rng.integers(len(x)), int(feature)] = near
    return x


def frame(rng, x):
    return pd.DataFrame(x, columns=[f"col {j}" for j in range(x.shape[1])])


def data(rng):
    missing = pick(rng, np.nan, np.nan, np.nan, -999.0, 0.0)
    x = holes(rng, matrix(rng), missing) if rng.random() < 0.6 else matrix(rng)
    return x, missing


def wrapped(rng, kind, y_of, extra):
    x, missing = data(rng)
    y = y_of(np.nan_to_num(np.where(x == missing, 0, x)))
    given = {**options(rng), **extra, "n_estimators": int(rng.integers(1, 20)), "missing": missing}
    named = rng.random() < 0.3
    model = kind(**given)
    shown = frame(rng, x) if named else x
    # Early stopping moved from `fit` to the constructor in 1.6.
    if rng.random() < 0.3 and given.get("booster") != "gblinear" and kind in (xgb.XGBClassifier, xgb.XGBRegressor):
        if VERSION >= (1, 6):
            model.set_params(early_stopping_rounds=2)
            model.fit(shown, y, eval_set=[(shown, y)], verbose=False)
        else:
            model.fit(shown, y, eval_set=[(shown, y)], early_stopping_rounds=2, verbose=False)
    else:
        model.fit(shown, y)
    asked = split(rng, x)
    asked[rng.random(asked.shape) < 0.05] = missing
    asked = at_thresholds(rng, model, asked)
    return model, frame(rng, asked) if named else asked


def classifier(rng):
    classes = pick(rng, 2, 2, 3, 4)
    extra = {}
    if classes == 2:
        extra["objective"] = pick(rng, "binary:logistic", "binary:logistic", "binary:hinge", "binary:logitraw")
    elif rng.random() < 0.3 and VERSION >= (1, 6):
        extra["objective"] = "multi:softmax"
    # From 1.3 on the wrapper takes labels 0, 1, …; before, any.
    y_of = lambda x: labels(rng, x, classes) if VERSION < (1, 3) else np.unique(labels(rng, x, classes), return_inverse=True)[1]
    kind = pick(rng, xgb.XGBClassifier, xgb.XGBClassifier, xgb.XGBRFClassifier)
    model, x = wrapped(rng, kind, y_of, extra)
    # The wrapper makes probabilities of multi:softmax with scipy.
    exact = ["margin", "predict"] if extra.get("objective") == "multi:softmax" else None
    return Case("XGBClassifier", model, x, exact=exact, tolerance=FLOAT32)


def regressor(rng):
    positive = rng.random() < 0.4
    objective = pick(rng, *(POSITIVE if positive else VALUES))
    if objective in ("reg:tweedie", "reg:squaredlogerror"):
        positive = True
    y_of = lambda x: counts(rng, x) if positive else target(rng, x, 1)
    kind = pick(rng, xgb.XGBRegressor, xgb.XGBRegressor, xgb.XGBRFRegressor)
    model, x = wrapped(rng, kind, y_of, {"objective": objective})
    return Case(f"XGBRegressor {objective}", model, x)


def fractions(rng):
    model, x = wrapped(rng, xgb.XGBRegressor, lambda x: 1 / (1 + counts(rng, x)), {"objective": "reg:logistic"})
    return Case("XGBRegressor reg:logistic", model, x)


def several_targets(rng):
    extra = {"multi_strategy": pick(rng, "one_output_per_tree", "multi_output_tree"), "tree_method": "hist"} if VERSION >= (2, 0) else {}
    if rng.random() < 0.5:
        model, x = wrapped(rng, xgb.XGBRegressor, lambda x: target(rng, x, 3), extra)
        return Case("XGBRegressor, targets", model, x)
    model, x = wrapped(rng, xgb.XGBClassifier, lambda x: indicator(rng, x), extra)
    return Case("XGBClassifier, several labels", model, x)


def quantiles(rng):
    alphas = pick(rng, [0.5], [0.1, 0.5, 0.9])
    extra = {"objective": "reg:quantileerror", "quantile_alpha": np.array(alphas)}
    if VERSION >= (3, 3) and rng.random() < 0.5:
        extra = {"objective": "reg:expectileerror", "expectile_alpha": np.array(alphas)}
    model, x = wrapped(rng, xgb.XGBRegressor, lambda x: target(rng, x, 1), extra)
    # Expectiles go through the C library's log1pf, whose last bit is not followed.
    exact = [] if extra["objective"] == "reg:expectileerror" else None
    return Case(f"XGBRegressor {extra['objective']}", model, x, exact=exact, tolerance=FLOAT32)


def ranker(rng):
    x = matrix(rng, rows=90)
    y = rng.integers(0, 4, 90)
    model = xgb.XGBRanker(objective=pick(rng, "rank:pairwise", "rank:ndcg"), n_estimators=8, max_depth=3)
    model.fit(x, y, group=[30, 30, 30])
    return Case("XGBRanker", model, at_thresholds(rng, model, split(rng, x)))


def categories(rng):
    rows = 120
    # From 3.1 to 3.3 XGBoost cuts names off that are not ASCII.
    strange = ["Alesund", "Tokyo"] if (3, 1) <= VERSION < (3, 4) else ["Ålesund", "東京"]
    words = np.array(["Oslo", "Bergen", *strange, "", "a b", "x"])[: int(rng.integers(2, 8))]
    numbers = np.arange(40) * 3
    x = pd.DataFrame(
        {
            "city": pd.Categorical(rng.choice(words, rows), categories=words),
            "code": pd.Categorical(rng.choice(numbers, rows), categories=numbers),
            "size": rng.normal(size=rows),
        }
    )
    y = (x["city"].cat.codes % 2 + x["size"] + (x["code"].cat.codes % 3 > 1) > 0.7).astype(int)
    model = xgb.XGBClassifier(
        n_estimators=10, tree_method="hist", enable_categorical=True, max_cat_to_onehot=pick(rng, 1, 4, 50)
    )
    model.fit(x, y)
    asked = x.sample(25, random_state=1).reset_index(drop=True)
    asked.loc[rng.random(25) < 0.1, "city"] = np.nan
    asked.loc[rng.random(25) < 0.1, "code"] = np.nan
    shown = asked.copy()
    for column in ("city", "code"):
        codes = asked[column].cat.codes.to_numpy().astype(float)
        known = asked[column].cat.categories.to_numpy()
        named = [None if code < 0 else known[int(code)] for code in codes]
        # Names of categories are in files from 3.1 on.
        shown[column] = pd.Series(named, dtype=object) if VERSION >= (3, 1) else np.where(codes < 0, np.nan, codes)
    return Case("XGBClassifier, categories", model, asked, asked=shown)


def booster(rng):
    x, missing = data(rng)
    clean = np.nan_to_num(np.where(x == missing, 0, x))
    objective = pick(rng, "binary:logistic", "multi:softprob", "multi:softmax", "reg:squarederror", "count:poisson", "survival:aft", "binary:logitraw", "binary:hinge")
    parameters = {**options(rng), "objective": objective, "nthread": 1}
    rows = xgb.DMatrix(x, missing=missing, feature_names=[f"n{j}" for j in range(x.shape[1])] if rng.random() < 0.3 else None)
    if objective.startswith("multi"):
        parameters["num_class"] = 3
        rows.set_label(np.unique(labels(rng, clean, 3), return_inverse=True)[1])
    elif objective.startswith("binary"):
        rows.set_label(target(rng, clean, 1) > 0)
    elif objective == "survival:aft":
        lower = counts(rng, clean)
        rows.set_float_info("label_lower_bound", lower)
        rows.set_float_info("label_upper_bound", lower * 1.5)
    else:
        rows.set_label(counts(rng, clean))
    model = xgb.train(parameters, rows, int(rng.integers(1, 15)))
    asked = split(rng, x)
    if np.isnan(missing):
        asked[rng.random(asked.shape) < 0.05] = np.nan
        asked = at_thresholds(rng, model, asked)
    else:
        asked[asked == missing] = np.nan
    return Case(f"Booster {objective}", model, asked, writers=BOOSTER_WRITERS)


def inside(rng):
    x = matrix(rng)
    small = dict(n_estimators=5, max_depth=3)
    y = np.unique(labels(rng, x, pick(rng, 2, 3)), return_inverse=True)[1]
    one = lambda: xgb.XGBClassifier(**small)
    models = {
        "Pipeline": lambda: make_pipeline(StandardScaler(), one()),
        "GridSearchCV": lambda: GridSearchCV(one(), {"max_depth": [2, 3]}, cv=2),
        "CalibratedClassifierCV": lambda: CalibratedClassifierCV(one(), method=pick(rng, "sigmoid", "isotonic"), cv=2),
        "VotingClassifier": lambda: VotingClassifier([("a", one()), ("b", LogisticRegression())], voting=pick(rng, "soft", "hard")),
        "StackingClassifier": lambda: StackingClassifier([("a", one()), ("b", LogisticRegression())], cv=2),
        "OneVsRestClassifier": lambda: OneVsRestClassifier(one()),
        "MultiOutputRegressor": lambda: MultiOutputRegressor(xgb.XGBRegressor(**small)),
        "TransformedTargetRegressor": lambda: TransformedTargetRegressor(xgb.XGBRegressor(**small), func=np.log1p, inverse_func=np.expm1),
        "ColumnTransformer": lambda: make_pipeline(
            ColumnTransformer([("s", StandardScaler(), [0])], remainder="passthrough"), one()
        ),
    }
    name = pick(rng, *models)
    model = models[name]()
    if name == "MultiOutputRegressor":
        y = target(rng, x, 2)
    elif name == "TransformedTargetRegressor":
        y = counts(rng, x)
    model.fit(x, y)
    return Case(name, model, split(rng, x), exact=[], tolerance=FLOAT32)


def kinds():
    found = [classifier, classifier, regressor, regressor, fractions, ranker, booster, booster, booster, inside]
    if VERSION >= (1, 6):
        found += [several_targets, categories]
    if VERSION >= (2, 0):
        found.append(quantiles)
    return found


def is_finite(model, x):
    margin = margins(model, x)
    return margin is None or np.isfinite(margin).all()


def cases(rng):
    makers = kinds()
    refused = 0
    while True:
        try:
            case = pick(rng, *makers)(rng)
            # A linear model that went astray has no numbers for weights; its file is refused.
            if not isinstance(case.model, xgb.Booster) and not is_finite(case.model, case.x):
                continue
        except Exception as error:  # options that this version does not take, or not together
            refused += 1
            if refused > 2000:
                raise
            if os.environ.get("PARITY_VERBOSE"):
                print(type(error).__name__, str(error)[:200])
            continue
        yield case
