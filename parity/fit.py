"""Fits random cases of the families and writes each as a model file with the library's own answers beside it.

A line of cases.ndjson is one case: family, name, file, the inputs by column, the answers by method, those of them
whose numbers must have the same bits ("exact"), and how far others may be apart ("tolerance", null for the usual). An
array is {"shape", "data"}, with null for NaN and "inf", "-inf" for infinities. A method that the library has but that
fails on the inputs is null; one that it has not is left out.

A family is a module with `cases(rng)`, a generator of (name, model, inputs) or of objects with these and more (see
families/xgboost.py), and where the library has methods of its own, `answers(model, inputs)`.
"""

import argparse
import importlib
import importlib.util
import json
import os
import pickle
import re
import sys
import warnings
import zlib

import joblib
import numpy as np
import pandas as pd

METHODS = ["predict", "predict_proba", "decision_function", "transform"]
COMPRESSIONS = [None, "zlib", "gzip", "bz2", "lzma", "xz", "lz4"]


def writers():
    """Ways of writing a model, in turn: pickle protocols, then joblib plain and compressed."""
    ways = [(f"pickle-{p}.pkl", lambda m, f, p=p: pickle_to(m, f, p)) for p in range(2, 6)]
    for compression in COMPRESSIONS:
        if compression == "lz4" and importlib.util.find_spec("lz4") is None:
            continue
        compress = 0 if compression is None else (compression, 3)
        ways.append((f"joblib-{compression}.joblib", lambda m, f, c=compress: joblib.dump(m, f, compress=c)))
    return ways


def pickle_to(model, file, protocol):
    with open(file, "wb") as out:
        pickle.dump(model, out, protocol=protocol)


def plain(value):
    if value is None or value is pd.NA:
        return None
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        number = float(value)
        return None if np.isnan(number) else number if np.isfinite(number) else ("inf" if number > 0 else "-inf")
    return str(value)


def array(values):
    if isinstance(values, list):  # one array a target
        values = np.hstack([np.asarray(v) for v in values])
    values = values.toarray() if hasattr(values, "toarray") else np.asarray(values)
    return {"shape": list(values.shape), "data": [plain(v) for v in values.ravel().tolist()]}


def columns(x):
    if isinstance(x, dict):  # one tensor an input
        return {"tensors": {name: array(values) for name, values in x.items()}}
    frame = x if isinstance(x, pd.DataFrame) else pd.DataFrame(x)
    names = [str(c) for c in frame.columns] if isinstance(x, pd.DataFrame) else None
    return {"names": names, "columns": [[plain(v) for v in frame.iloc[:, j].tolist()] for j in range(frame.shape[1])]}


def answers(estimator, x):
    found = {}
    for method in METHODS:
        if not hasattr(estimator, method):
            continue
        try:
            found[method] = getattr(estimator, method)(x)
        except Exception:  # the library's own refusal, whatever it is
            found[method] = None
    return found


class Case:
    """What a family's (name, model, inputs) stands for."""

    writers, exact = None, []

    def __init__(self, name, model, x):
        self.name, self.model, self.x, self.asked = name, model, x, x


def write(out, index, family, ask, ways, case):
    case = Case(*case) if isinstance(case, tuple) else case
    ways = case.writers or ways
    kind, dump = ways[index % len(ways)]
    found = ask(case.model, case.x)
    given = {method: None if answer is None else array(answer) for method, answer in found.items()}
    if all(answer is None for answer in given.values()):
        return None
    file = f"{index:05d}-{re.sub('[^A-Za-z0-9]+', '-', case.name)}-{kind}"
    dump(case.model, os.path.join(out, file))
    about = {"family": family, "name": case.name, "file": file, "exact": case.exact}
    about["tolerance"] = getattr(case, "tolerance", None)
    return {**about, "inputs": columns(case.asked), "answers": given}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("families", nargs="+")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    generators = []
    for family in options.families:
        rng = np.random.default_rng([options.seed, zlib.crc32(family.encode())])
        module = importlib.import_module(f"families.{family}")
        generators.append((family, module.cases(rng), getattr(module, "answers", answers)))
    ways = writers()
    with open(os.path.join(options.out, "cases.ndjson"), "w") as lines:
        index = 0
        while index < options.count:
            family, cases, ask = generators[index % len(generators)]
            with np.errstate(all="ignore"):
                record = write(options.out, index, family, ask, ways, next(cases))
            if record is not None:
                lines.write(json.dumps(record) + "\n")
                index += 1


if __name__ == "__main__":
    sys.exit(main())
