"""fit.py OUT DATA: fits the models of the bench, pickles them, and writes rows to ask and the library's answers.

finalized_model.sav is the reference app's model: LogisticRegression() on the Pima Indians diabetes data.
"""

import json
import pickle
import sqlite3
import sys
from pathlib import Path

import bcrypt
import numpy as np
from lightgbm import LGBMClassifier
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from xgboost import XGBClassifier

ROWS = 10_000
USER = ("trialuser", "Trial User", "info@trialuser.com")
PASSWORD = b"trialpass123"

out, data = Path(sys.argv[1]), np.loadtxt(sys.argv[2], delimiter=",")
out.mkdir(parents=True, exist_ok=True)
x, _, y, _ = train_test_split(data[:, :8], data[:, 8], test_size=0.33, random_state=7)

models = {
    "finalized_model.sav": LogisticRegression(),
    "forest.pkl": RandomForestClassifier(n_estimators=100, random_state=7, n_jobs=1),
    "boosting.pkl": GradientBoostingClassifier(random_state=7),
    "xgboost.pkl": XGBClassifier(n_estimators=200, max_depth=6, min_child_weight=0, random_state=7, n_jobs=1),
    "lightgbm.pkl": LGBMClassifier(
        n_estimators=200, max_depth=6, num_leaves=64, min_child_samples=2, random_state=7, n_jobs=1, verbose=-1
    ),
}
for name, model in models.items():
    with open(out / name, "wb") as file:
        pickle.dump(model.fit(x, y), file)

# Rows that no model was fitted on, of the data's own kind: two rows of the data mixed, so that trees take many paths.
random = np.random.default_rng(7)
share = random.random((ROWS, 1))
first, second = (data[random.integers(0, len(data), ROWS), :8] for _ in range(2))
rows = np.round(share * first + (1 - share) * second, 3)
answers = {name: model.predict(rows).tolist() for name, model in models.items()}
(out / "rows.json").write_text(json.dumps({"rows": rows.tolist(), "answers": answers}))

with sqlite3.connect(out / "users.db") as users:
    users.execute(
        "CREATE TABLE users (username TEXT, full_name TEXT, email TEXT, hashed_password TEXT, disabled BOOL)"
    )
    hashed = bcrypt.hashpw(PASSWORD, bcrypt.gensalt(4)).decode()
    users.execute("INSERT INTO users VALUES (?, ?, ?, ?, ?)", (*USER, hashed, "False"))
