"""Fits random cases of the families and writes each as a model file with the library's own answers beside it.

A line of cases.ndjson is one case: family, name, file, the inputs by column, and the answers by method. An array is
{"shape", "data"}, with null for NaN and "inf", "-inf" for infinities. A method that scikit-learn has but that fails on
the inputs is null; one that it has not is left out.
"""

import argparse
import importlib
import importlib.util
import json
import os
import pickle
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
    frame = x if isinstance(x, pd.DataFrame) else pd.DataFrame(x)
    names = [str(c) for c in frame.columns] if isinstance(x, pd.DataFrame) else None
    return {"names": names, "columns": [[plain(v) for v in frame.iloc[:, j].tolist()] for j in range(frame.shape[1])]}


def answers(estimator, x):
    found = {}
    for method in METHODS:
        if not hasattr(estimator, method):
            continue
        try:
            found[method] = array(getattr(estimator, method)(x))
        except Exception:  # the library's own refusal, whatever it is
            found[method] = None
    return found


def write(out, index, family, ways, case):
    name, estimator, x = case
    kind, dump = ways[index % len(ways)]
    given = answers(estimator, x)
    if all(answer is None for answer in given.values()):
        return None
    file = f"{index:05d}-{name}-{kind}"
    dump(estimator, os.path.join(out, file))
    return {"family": family, "name": name, "file": file, "inputs": columns(x), "answers": given}


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
        generators.append((family, importlib.import_module(f"families.{family}").cases(rng)))
    ways = writers()
    with open(os.path.join(options.out, "cases.ndjson"), "w") as lines:
        index = 0
        while index < options.count:
            family, cases = generators[index % len(generators)]
            with np.errstate(all="ignore"):
                record = write(options.out, index, family, ways, next(cases))
            if record is not None:
                lines.write(json.dumps(record) + "\n")
                index += 1


if __name__ == "__main__":
    sys.exit(main())
