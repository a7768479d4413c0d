"""time_sklearn.py DIR: serves timing requests on standard input, one JSON a line: {"model": FILE, "calls": N}.

Answers with the milliseconds of each call of predict_proba(rows) with one job, after as many calls to warm up.
"""

import json
import pickle
import sys
import time
from pathlib import Path

import numpy as np

directory = Path(sys.argv[1])
rows = np.array(json.loads((directory / "rows.json").read_text())["rows"])
models = {}

for line in sys.stdin:
    request = json.loads(line)
    name, calls = request["model"], request["calls"]
    if name not in models:
        with open(directory / name, "rb") as file:
            models[name] = pickle.load(file)
        if hasattr(models[name], "n_jobs"):
            models[name].n_jobs = 1
    times = []
    for call in range(2 * calls):
        started = time.perf_counter()
        probabilities = models[name].predict_proba(rows)
        if call >= calls:
            times.append((time.perf_counter() - started) * 1000)
    print(json.dumps({"times": times, "sum": float(probabilities[:, 1].sum(dtype=float))}), flush=True)
