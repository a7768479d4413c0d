"""Random multi-layer perceptrons."""

from sklearn.neural_network import MLPClassifier, MLPRegressor

from .data import counts, fitted, indicator, labels, matrix, pick, split, supported, target


def options(rng):
    return dict(
        hidden_layer_sizes=pick(rng, (5,), (4, 3), (10, 5, 2), ()),
        activation=pick(rng, "identity", "logistic", "tanh", "relu"),
        solver=pick(rng, "adam", "sgd", "lbfgs"),
        max_iter=30,
        random_state=0,
    )


def classifier(rng):
    x = matrix(rng)
    y = indicator(rng, x) if rng.random() < 0.25 else labels(rng, x)
    return MLPClassifier(**options(rng)).fit(x, y), split(rng, x)


def regressor(rng):
    x = matrix(rng)
    loss = supported(MLPRegressor, loss=pick(rng, "squared_error", "poisson"))
    y = counts(rng, x) if loss.get("loss") == "poisson" else target(rng, x)
    return MLPRegressor(**options(rng), **loss).fit(x, y), split(rng, x)


def cases(rng):
    yield from fitted(rng, [classifier, regressor])
