"""Random vectorizers over texts of several scripts, alone, in pipelines with every kind of predictor, in a
ColumnTransformer beside numbers, in a FeatureUnion, and in a grid search."""

import numpy as np
import pandas as pd
from sklearn import decomposition, ensemble, feature_selection, linear_model, naive_bayes, neighbors, neural_network
from sklearn import calibration, preprocessing, svm, tree
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline

from .data import fitted, pick

WORDS = (
    "good bad service price the a an is was not very film plot actor cheap fast slow I x we'll don't e-mail 3D 2024 "
    "naïve café Ärger ÜBER straße ΣΊΣΥΦΟΣ Σας όλος İstanbul ışık Ελλάδα Москва ёлка йод 東京 日本語 カタカナ ﾊﾝｶｸ ½ ² Ⅷ ﬁne "
    "e\u0301te\u0301 a\u0323\u0308b हिन्दी 👍 👩‍👩‍👧 😀good foo_bar __init__ #tag @user http://x.org/a?b=1 C++ $9.99 1,000 U.S.A. "
    "Ⓐⓑ \u1e9b\u0323 \U0001d400\U0001d7ce \u0130\u0307 \u212aelvin ŉ ǆ ﷺ"
).split(" ")
GLUE = [" ", " ", " ", " ", "  ", "\t", "\n", ", ", ". ", "! ", "-", "\u00a0", "\u2003", "\u0085", "\x1c", "\ufeff", "\u200b", ""]
PATTERNS = [
    r"(?u)\b\w\w+\b",
    r"(?u)\b\w\w+\b",
    r"(?u)\b\w+\b",
    r"\w{1,}",
    r"[a-zA-Z]{3,}",
    r"\b[a-z]+\b",
    r"\S+",
    r"[^\W\d_]+",
    r"(?u)\b[\w']+\b",
    r"[a-z]+(?:'[a-z]+)?",
    r"(?u)\b\w\w+\b|!|\?",
    r"(?<![@#])\b\w+\b(?!\.)",
    r"\b(\w\w+)\b",
    r"\w+?\d|\w+",
    r"(?:a|ab|abc)\w*?|\d{1,3}(?:,\d{3})*",
    r"\w*",
    r"[\u3040-\u30ff]+|[^\s\u3040-\u30ff]{2,4}",
]


def sentence(rng, words):
    text = "".join(pick(rng, *words) + pick(rng, *GLUE) for _ in range(int(rng.integers(0, 25))))
    return text.upper() if rng.random() < 0.1 else text


def corpus(rng, rows=60):
    """Texts, a label each that hangs on its words, and texts to ask about."""
    count = int(rng.integers(2, 5))
    shared = list(rng.permutation(WORDS)[: int(rng.integers(10, len(WORDS)))])
    own = [list(rng.permutation(WORDS)[:6]) for _ in range(count)]
    codes = np.concatenate([np.arange(count), rng.integers(0, count, size=rows - count)])
    texts = [sentence(rng, shared + own[code] * 3) + " good film" for code in codes]
    names = pick(rng, np.array(["spam", "ham", "eggs", "toast"]), np.arange(4), np.array([3, -1, 7, 9]))
    asked = texts[:5] + [sentence(rng, WORDS) for _ in range(12)] + ["", " ", "unseen", "Good GOOD good", "ΑΣ ΑΣ. Σ aΣ"]
    return texts, names[codes], asked


def options(rng):
    analyzer = pick(rng, "word", "word", "word", "char", "char_wb")
    chosen = dict(
        analyzer=analyzer,
        lowercase=bool(rng.random() < 0.8),
        strip_accents=pick(rng, None, None, "ascii", "unicode"),
        ngram_range=pick(rng, (1, 1), (1, 2), (2, 2), (1, 3), (2, 4)),
        binary=bool(rng.random() < 0.2),
    )
    if analyzer == "word":
        chosen.update(token_pattern=pick(rng, *PATTERNS), stop_words=pick(rng, None, "english", ["good", "the", "東京"]))
    return chosen


def counted(rng):
    chosen = options(rng)
    if rng.random() < 0.5:
        chosen.update(max_features=pick(rng, None, 50), min_df=pick(rng, 1, 2), max_df=pick(rng, 1.0, 0.8))
    return chosen


def weighted(rng):
    return dict(
        norm=pick(rng, "l2", "l1", None),
        use_idf=bool(rng.random() < 0.8),
        smooth_idf=bool(rng.random() < 0.7),
        sublinear_tf=bool(rng.random() < 0.3),
    )


def hashing(rng, sizes):
    return HashingVectorizer(
        n_features=pick(rng, *sizes), norm=pick(rng, "l2", "l1", None), alternate_sign=bool(rng.random() < 0.6), **options(rng)
    )


def vectorizer(rng, hashes=(2**10,)):
    return pick(
        rng,
        lambda: CountVectorizer(**counted(rng)),
        lambda: TfidfVectorizer(**counted(rng), **weighted(rng)),
        lambda: TfidfVectorizer(**counted(rng), **weighted(rng)),
        lambda: hashing(rng, hashes),
        lambda: make_pipeline(CountVectorizer(**counted(rng)), TfidfTransformer(**weighted(rng))),
    )()


def alone(rng):
    texts, _, asked = corpus(rng)
    return vectorizer(rng, (7, 2**8)).fit(texts), asked


def given_vocabulary(rng):
    texts, _, asked = corpus(rng)
    words = list(dict.fromkeys(pick(rng, *WORDS).lower() for _ in range(20)))
    vocabulary = pick(rng, words, set(words), {word: k for k, word in enumerate(words)})
    cls = pick(rng, CountVectorizer, TfidfVectorizer)
    return cls(vocabulary=vocabulary).fit(texts), asked


def predictor(rng):
    forest = dict(n_estimators=7, max_depth=6, random_state=0)
    positive = [naive_bayes.MultinomialNB(alpha=0.5), naive_bayes.ComplementNB()]
    return pick(
        rng,
        linear_model.LogisticRegression(max_iter=60),
        linear_model.LogisticRegression(max_iter=60, C=10),
        linear_model.SGDClassifier(random_state=0, max_iter=20, loss=pick(rng, "hinge", "modified_huber")),
        linear_model.RidgeClassifier(),
        svm.LinearSVC(),
        svm.SVC(kernel=pick(rng, "linear", "rbf", "poly", "sigmoid"), probability=bool(rng.random() < 0.3), random_state=0),
        *positive,
        *positive,
        naive_bayes.BernoulliNB(),
        tree.DecisionTreeClassifier(random_state=0, max_depth=5),
        ensemble.RandomForestClassifier(**forest),
        ensemble.ExtraTreesClassifier(**forest),
        ensemble.GradientBoostingClassifier(n_estimators=4, random_state=0),
        ensemble.AdaBoostClassifier(n_estimators=5, random_state=0),
        neural_network.MLPClassifier((5,), max_iter=15, random_state=0),
        calibration.CalibratedClassifierCV(svm.LinearSVC(), cv=2),
        OneVsRestClassifier(linear_model.LogisticRegression(max_iter=40)),
        ensemble.VotingClassifier([("a", linear_model.LogisticRegression()), ("b", naive_bayes.BernoulliNB())], voting="soft"),
    )


def step(rng):
    return pick(
        rng,
        None,
        None,
        decomposition.TruncatedSVD(n_components=3, random_state=0),
        feature_selection.SelectKBest(feature_selection.f_classif, k=5),
        preprocessing.MaxAbsScaler(),
        preprocessing.StandardScaler(with_mean=False),
        preprocessing.Normalizer(),
        preprocessing.Binarizer(),
        feature_selection.VarianceThreshold(),
    )


def chain(rng):
    texts, y, asked = corpus(rng)
    between = step(rng)
    steps = [("text", vectorizer(rng, (2**10, 2**10, 2**10, 2**18)))] + ([("step", between)] if between is not None else [])
    if rng.random() < 0.1:
        return Pipeline(steps).fit(texts, y), asked
    return Pipeline([*steps, ("model", predictor(rng))]).fit(texts, y), asked


def regression(rng):
    texts, y, asked = corpus(rng)
    y = np.array([len(text) for text in texts]) + rng.normal(size=len(texts))
    model = pick(rng, linear_model.Ridge(), linear_model.Lasso(alpha=0.01), svm.SVR(), tree.DecisionTreeRegressor(max_depth=4))
    return make_pipeline(vectorizer(rng), model).fit(texts, y), asked


def beside_numbers(rng):
    texts, y, asked = corpus(rng)

    def frame(rows):
        return pd.DataFrame(
            {
                "title": [" ".join(pick(rng, *WORDS) for _ in range(3)) for _ in rows],
                "length": [float(len(text)) for text in rows],
                "body": rows,
                "kind": rng.choice(["a", "b", "c"], size=len(rows)).astype(object),
            }
        )

    hot = preprocessing.OneHotEncoder(handle_unknown="ignore")
    columns = ColumnTransformer(
        [("body", vectorizer(rng), "body"), ("title", CountVectorizer(), "title"), ("kind", hot, ["kind"])],
        remainder=pick(rng, "drop", "passthrough"),
        sparse_threshold=pick(rng, 0.3, 0, 1.0),
        transformer_weights=pick(rng, None, {"title": 0.5}),
    )
    return make_pipeline(columns, predictor(rng)).fit(frame(texts), y), frame(asked)


def neighbours(rng):
    """Not over counts, whose equal distances scikit-learn itself orders by their last bits."""
    texts, y, asked = corpus(rng)
    kept = list(dict.fromkeys(texts))
    model = neighbors.KNeighborsClassifier(3, weights=pick(rng, "uniform", "distance"), metric=pick(rng, "minkowski", "cosine"))
    return make_pipeline(TfidfVectorizer(), model).fit(kept, [y[texts.index(text)] for text in kept]), [text for text in asked[5:17] if text.strip()]


def union(rng):
    texts, y, asked = corpus(rng)
    reduced = make_pipeline(TfidfVectorizer(), decomposition.TruncatedSVD(2, random_state=0))
    parts = [("words", vectorizer(rng)), ("chars", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 3))), ("svd", reduced)]
    some = [parts[int(k)] for k in rng.choice(3, size=2, replace=False)]
    joined = FeatureUnion(some, transformer_weights=pick(rng, None, {"words": 2.0}))
    return make_pipeline(joined, predictor(rng)).fit(texts, y), asked


def searched(rng):
    texts, y, asked = corpus(rng)
    pipeline = Pipeline([("text", TfidfVectorizer()), ("model", linear_model.LogisticRegression(max_iter=30))])
    grid = {"text__ngram_range": [(1, 1), (1, 2)], "model__C": [1.0, 5.0]}
    return GridSearchCV(pipeline, grid, cv=2).fit(texts, y), asked


def cases(rng):
    yield from fitted(
        rng, [alone, alone, alone, given_vocabulary, chain, chain, chain, chain, chain, regression, beside_numbers, neighbours, union, searched]
    )
