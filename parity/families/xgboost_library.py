"""The installed XGBoost: its version, its own answers, and the files that it writes."""

import pickle

import joblib
import xgboost as xgb
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline

VERSION = tuple(int(part) for part in xgb.__version__.split(".")[:2])


def margins(model, x):
    """The sums of leaves, where the model hands its rows to one XGBoost model in the end."""
    if isinstance(model, GridSearchCV):
        return margins(model.best_estimator_, x)
    if isinstance(model, Pipeline):
        return margins(model.steps[-1][1], model[:-1].transform(x))
    return model.predict(x, output_margin=True) if hasattr(model, "get_booster") else None


def answers(model, x):
    """What the library gives by method; None where it refuses."""
    if isinstance(model, xgb.Booster):
        rows = xgb.DMatrix(x, feature_names=model.feature_names)
        return {"predict": model.predict(rows), "margin": model.predict(rows, output_margin=True)}
    margin = margins(model, x)
    found = {} if margin is None else {"margin": margin}
    for method in ("predict", "predict_proba", "decision_function", "transform"):
        if hasattr(model, method):
            try:
                found[method] = getattr(model, method)(x)
            except Exception:
                found[method] = None
    return found


def raw(form):
    def write(model, file):
        with open(file, "wb") as out:
            out.write(model.save_raw() if form is None else model.save_raw(raw_format=form))

    return write


def pickled(protocol):
    def write(model, file):
        with open(file, "wb") as out:
            pickle.dump(model, out, protocol=protocol)

    return write


def booster_writers():
    ways = [("model.bin", raw(None)), ("pickle.pkl", pickled(2)), ("joblib.joblib", joblib.dump)]
    if VERSION >= (1, 0):
        ways.append(("saved.json", lambda model, file: model.save_model(file)))
    if VERSION >= (1, 6):
        ways += [("saved.ubj", lambda model, file: model.save_model(file)), ("raw-json", raw("json")), ("raw-ubj", raw("ubj"))]
    if VERSION < (2, 1):
        ways.append(("saved.model", lambda model, file: model.save_model(file)))
    if (1, 6) <= VERSION < (3, 1):
        ways.append(("raw-deprecated", raw("deprecated")))
    return ways


BOOSTER_WRITERS = booster_writers()
