"""Random training data for the families: numbers of mixed scale, targets of every kind that scikit-learn takes."""

import numpy as np


def matrix(rng, rows=None, columns=None):
    """Rows and columns of random size; a column is wide, narrow, shifted or of whole numbers."""
    rows = rows or int(rng.integers(30, 160))
    columns = columns or int(rng.integers(1, 12))
    x = rng.normal(size=(rows, columns)) * rng.choice([0.1, 1.0, 10.0], size=columns)
    x += rng.choice([0.0, 0.0, 5.0, -3.0], size=columns)
    for j in range(columns):
        if rng.random() < 0.2:
            x[:, j] = np.round(x[:, j])
    return x


def split(rng, x, test=20):
    """The last rows, moved a little, as the ones to ask about, and a few of the training rows as they are."""
    asked = x[-test:] + rng.normal(size=(min(test, len(x)), x.shape[1])) * 0.3
    return np.vstack([asked, x[:5]])


def labels(rng, x, classes=None):
    """Class labels that hang on x: integers with gaps, negative ones, floats, text, objects or booleans."""
    classes = classes or int(rng.integers(2, 6))
    score = x @ rng.normal(size=x.shape[1]) / (np.abs(x).mean() + 1) + rng.normal(size=len(x)) * 0.3
    codes = np.searchsorted(np.quantile(score, np.linspace(0, 1, classes + 1)[1:-1]), score)
    codes[:classes] = np.arange(classes)
    kinds = ["int", "gaps", "float", "text", "object"] + (["bool"] if classes == 2 else [])
    kind = rng.choice(kinds)
    names = {
        "int": np.arange(classes),
        "gaps": np.arange(classes) * 7 - 5,
        "float": np.arange(classes) + 0.5,
        "text": np.array(["rot", "grün", "blau", "Ωmega", "a b", "z"])[:classes],
        "object": np.array(["yes", "no", "maybe", "none", "other"], dtype=object)[:classes],
        "bool": np.array([False, True]),
    }[kind]
    return names[codes]


def target(rng, x, outputs=None):
    """A number a row, or several."""
    outputs = outputs or int(rng.choice([1, 1, 1, 2, 3]))
    y = x @ rng.normal(size=(x.shape[1], outputs)) + rng.normal(size=(len(x), outputs))
    return y[:, 0] if outputs == 1 else y


def counts(rng, x):
    """A positive number a row that hangs on x exponentially."""
    eta = x @ rng.normal(size=x.shape[1]) * 0.3 / (np.abs(x).max() + 1)
    return np.exp(eta) + rng.random(len(x)) * 0.2 + 0.05


def indicator(rng, x, outputs=3):
    """Several yes-or-no labels a row."""
    y = (x @ rng.normal(size=(x.shape[1], outputs)) + rng.normal(size=(len(x), outputs)) > 0).astype(int)
    y[0], y[1] = 0, 1
    return y


def pick(rng, *options):
    """One of the options, as it is (numpy's choice would turn it into an array element)."""
    return options[int(rng.integers(len(options)))]


def supported(cls, **options):
    """The options that this version of the class knows."""
    import inspect

    known = inspect.signature(cls.__init__).parameters
    return {name: value for name, value in options.items() if name in known}


# What scikit-learn raises for a class, an option or a combination that its version does not have.
REFUSALS = (ValueError, TypeError, NotImplementedError, AttributeError, IndexError, np.linalg.LinAlgError)


def fitted(rng, makers):
    """Endless cases of makers drawn at random; a combination that scikit-learn itself refuses is drawn anew."""
    import warnings

    while True:
        make = makers[int(rng.integers(len(makers)))]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                estimator, asked = make(rng)
            except REFUSALS:
                continue
        yield type(estimator).__name__, estimator, asked
