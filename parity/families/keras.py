"""Random Keras models, Sequential and Functional, of every layer that is served, saved as .h5 and .keras."""

import importlib.util
import os
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
if importlib.util.find_spec("tensorflow") is None:
    os.environ.setdefault("KERAS_BACKEND", "jax")

import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers  # noqa: E402

from .data import pick  # noqa: E402

VERSION = int(keras.__version__.split(".")[0])
ACTIVATIONS = ["relu", "tanh", "sigmoid", "elu", "selu", "softplus", "softsign", "swish", "gelu", "linear", None]
ACTIVATIONS += ["hard_sigmoid", "exponential", "softmax"]
ACTIVATIONS += ["relu6", "leaky_relu", "hard_silu", "mish", "log_softmax", "silu"] if VERSION >= 3 else []
#: TensorFlow.js and Keras add up float32 products in different orders.
TOLERANCE = 1e-5


class Case:
    """A model with random weights, as training would leave them, and rows to ask it about."""

    exact, tolerance = [], TOLERANCE

    def __init__(self, name, model, x):
        self.name, self.model, self.x, self.asked = name, model, x, x
        self.writers = [("model.h5", save), ("model.keras", save)]


def save(model, file):
    model.save(file)


def answers(model, x):
    names = getattr(model, "output_names", None)
    try:
        found = model.predict(list(x.values()) if len(x) > 1 else next(iter(x.values())), verbose=0)
    except ValueError:  # Keras's own refusal, of sizes that do not go together
        return {}
    found = found if isinstance(found, (list, tuple)) else [found]
    outputs = [layer_name(t) for t in model.outputs] if VERSION >= 3 else names
    return dict(zip(outputs, found))


def layer_name(tensor):
    return tensor._keras_history.operation.name


def activation(rng):
    return pick(rng, *ACTIVATIONS)


def freeze_some(rng, model):
    for layer in model.layers:
        if rng.random() < 0.2:
            layer.trainable = False
    return model


def shaken(rng, model):
    """Random weights of every kind, variances positive."""
    adapted = [w for layer in model.layers if isinstance(layer, layers.Normalization) for w in layer.weights]
    for weight in model.weights:
        if any(weight is other for other in adapted):
            continue
        path = getattr(weight, "path", weight.name)
        if "seed" in path or "count" in path:
            continue
        values = rng.normal(0, 0.4, tuple(weight.shape))
        positive = "variance" in path or "gamma" in path
        weight.assign((np.abs(values) + 0.5 if positive else values).astype("float32"))
    return model


def names(rng):
    def name(kind):
        return f"{kind}_{int(rng.integers(1e9))}" if rng.random() < 0.5 else None

    return name


def tabular(rng):
    width = int(rng.integers(2, 12))
    parts = [keras.Input((width,), name="table")]
    if rng.random() < 0.3:
        norm = layers.Normalization()
        norm.adapt(rng.normal(3, 5, (50, width)).astype("float32"))
        parts.append(norm)
    if rng.random() < 0.2:
        parts.append(layers.Rescaling(1 / 255, offset=0.5))
    for _ in range(int(rng.integers(1, 4))):
        parts.append(layers.Dense(int(rng.integers(1, 20)), activation=activation(rng), use_bias=bool(rng.random() < 0.8)))
        extra = pick(rng, None, "bn", "ln", "dropout", "relu", "leaky", "elu", "prelu", "softmax", "noise", "activation")
        if extra == "bn":
            parts.append(layers.BatchNormalization(scale=bool(rng.random() < 0.7), center=bool(rng.random() < 0.7)))
        elif extra == "ln":
            parts.append(layers.LayerNormalization())
        elif extra == "dropout":
            parts.append(layers.Dropout(0.5))
        elif extra == "relu":
            parts.append(layers.ReLU(max_value=pick(rng, None, 1.0), negative_slope=pick(rng, 0.0, 0.1), threshold=pick(rng, 0.0, 0.2)))
        elif extra == "leaky":
            parts.append(layers.LeakyReLU())
        elif extra == "elu":
            parts.append(layers.ELU(alpha=0.7))
        elif extra == "prelu":
            parts.append(layers.PReLU())
        elif extra == "softmax":
            parts.append(layers.Softmax())
        elif extra == "noise":
            parts.append(layers.GaussianNoise(0.3))
        elif extra == "activation":
            parts.append(layers.Activation(activation(rng) or "linear"))
    parts.append(layers.Dense(int(rng.integers(1, 4)), activation=pick(rng, "softmax", "sigmoid", "linear")))
    return keras.Sequential(parts), {"table": rng.normal(0, 1, (7, width))}


def image(rng):
    size, channels = int(rng.integers(8, 14)), int(rng.integers(1, 4))
    parts = [keras.Input((size, size, channels), name="image")]
    if rng.random() < 0.4:
        parts.append(layers.Rescaling(1 / 255))
    if rng.random() < 0.3:
        parts += [layers.RandomFlip(), layers.RandomRotation(0.1)]
    for _ in range(int(rng.integers(1, 3))):
        kind = pick(rng, "conv", "separable", "depthwise", "transpose")
        padding, act = pick(rng, "same", "valid"), pick(rng, *[a for a in ACTIVATIONS if a != "exponential"])
        if kind == "conv":
            dilation = pick(rng, 1, 1, 2)
            parts.append(layers.Conv2D(int(rng.integers(1, 6)), pick(rng, 1, 2, 3), strides=1 if dilation > 1 else pick(rng, 1, 2), padding=padding, activation=act, dilation_rate=dilation))
        elif kind == "separable":
            parts.append(layers.SeparableConv2D(int(rng.integers(1, 6)), 3, padding=padding, activation=act, depth_multiplier=pick(rng, 1, 2)))
        elif kind == "depthwise":
            parts.append(layers.DepthwiseConv2D(3, padding=padding, activation=act, strides=pick(rng, 1, 2)))
        else:
            parts.append(layers.Conv2DTranspose(int(rng.integers(1, 5)), 3, strides=pick(rng, 1, 2), padding=padding, activation=act))
        if rng.random() < 0.4:
            parts.append(layers.BatchNormalization())
        extra = pick(rng, None, "pad", "crop", "up", "max", "average", "dropout")
        if extra == "pad":
            parts.append(layers.ZeroPadding2D(((1, 0), (0, 2))))
        elif extra == "crop":
            parts.append(layers.Cropping2D(((1, 0), (0, 1))))
        elif extra == "up":
            parts.append(layers.UpSampling2D(2, interpolation=pick(rng, "nearest", "bilinear")))
        elif extra == "max":
            parts.append(layers.MaxPooling2D(2, padding=padding))
        elif extra == "average":
            parts.append(layers.AveragePooling2D(2, padding=padding))
        elif extra == "dropout":
            parts.append(layers.SpatialDropout2D(0.3))
    parts.append(pick(rng, layers.Flatten(), layers.GlobalAveragePooling2D(), layers.GlobalMaxPooling2D()))
    parts.append(layers.Dense(3, activation="softmax"))
    return keras.Sequential(parts), {"image": rng.uniform(0, 255, (3, size, size, channels)).round()}


def cell(rng, sequences):
    kind = pick(rng, "LSTM", "GRU", "GRU1", "SimpleRNN")
    options = dict(return_sequences=sequences, use_bias=bool(rng.random() < 0.8), go_backwards=bool(rng.random() < 0.2))
    if kind == "GRU1":
        return layers.GRU(int(rng.integers(1, 6)), reset_after=False, **options)
    if kind != "SimpleRNN" and rng.random() < 0.3:
        options["recurrent_activation"] = "hard_sigmoid"
    return getattr(layers, kind)(int(rng.integers(1, 6)), **options)


def sequence(rng):
    steps, channels = int(rng.integers(4, 9)), int(rng.integers(1, 5))
    parts = [keras.Input((steps, channels), name="series")]
    x = rng.normal(0, 1, (4, steps, channels))
    if rng.random() < 0.3:
        parts.append(layers.Masking(0.0))
        x[:, -2:] = 0.0
    else:
        for _ in range(int(rng.integers(0, 3))):
            kind = pick(rng, "conv", "separable", "pad", "crop", "up", "pool", "distributed", "average")
            padding = pick(rng, "same", "valid", "causal") if kind == "conv" else pick(rng, "same", "valid")
            if kind == "conv":
                parts.append(layers.Conv1D(int(rng.integers(1, 5)), 2, padding=padding, activation=activation(rng)))
            elif kind == "separable":
                parts.append(layers.SeparableConv1D(int(rng.integers(1, 5)), 2, padding=padding, activation=activation(rng)))
            elif kind == "pad":
                parts.append(layers.ZeroPadding1D((1, 2)))
            elif kind == "crop":
                parts.append(layers.Cropping1D((1, 0)))
            elif kind == "up":
                parts.append(layers.UpSampling1D(2))
            elif kind == "pool":
                parts.append(layers.MaxPooling1D(2, strides=1, padding=padding))
            elif kind == "average":
                parts.append(layers.AveragePooling1D(2, strides=1, padding=padding))
            else:
                parts.append(layers.TimeDistributed(layers.Dense(3, activation=activation(rng))))
    for _ in range(int(rng.integers(0, 2))):
        inner = cell(rng, True)
        parts.append(layers.Bidirectional(inner, merge_mode=pick(rng, "concat", "sum", "ave", "mul")) if rng.random() < 0.5 else inner)
    last = cell(rng, False)
    parts.append(layers.Bidirectional(last) if rng.random() < 0.4 else last)
    parts.append(layers.Dense(2))
    return keras.Sequential(parts), {"series": x}


def text(rng):
    words, steps = int(rng.integers(10, 40)), int(rng.integers(4, 9))
    parts = [keras.Input((steps,), name="words", dtype="int32"), layers.Embedding(words, 4, mask_zero=bool(rng.random() < 0.5))]
    parts.append(pick(rng, layers.LSTM(3), layers.GRU(3), layers.Bidirectional(layers.LSTM(2)), layers.GlobalAveragePooling1D()))
    parts.append(layers.Dense(1, activation="sigmoid"))
    return keras.Sequential(parts), {"words": rng.integers(0, words, (5, steps))}


def functional(rng):
    wide, deep = keras.Input((4,), name="wide"), keras.Input((3,), name="deep")
    inner = keras.Sequential([keras.Input((3,)), layers.Dense(4, activation="relu"), layers.BatchNormalization(), layers.Dense(4)])
    left, right = layers.Dense(4, activation=activation(rng))(wide), inner(deep)
    merge = pick(rng, "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot")
    joined = layers.Dot(axes=1)([left, right]) if merge == "Dot" else getattr(layers, merge)()([left, right])
    shared = layers.Dense(3)
    outputs = [layers.Dense(1, name="score")(joined), layers.Dense(2, name="kind", activation="softmax")(joined)]
    if rng.random() < 0.4:
        outputs.append(layers.Add(name="twice")([shared(joined), shared(layers.ReLU()(joined))]))
    if rng.random() < 0.4:
        nested_in = keras.Input((4,))
        nested = keras.Model(nested_in, layers.Add()([layers.Dense(4)(nested_in), nested_in]), name="residual")
        outputs.append(layers.Dense(1, name="deepest")(nested(nested(wide))))
    return keras.Model([wide, deep], outputs), {"wide": rng.normal(0, 1, (6, 4)), "deep": rng.normal(0, 1, (6, 3))}


def savable(model):
    """False for models that this version of Keras cannot write as .h5: 3.3 copies what holds a Python module."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            model.save(os.path.join(folder, "model.h5"))
            return True
        except TypeError:
            return False


KINDS = [tabular, image, sequence, text, functional]


def cases(rng):
    while True:
        for kind in KINDS:
            keras.utils.clear_session() if hasattr(keras.utils, "clear_session") else keras.backend.clear_session()
            try:
                model, x = kind(rng)
            except ValueError:  # sizes that do not go together
                continue
            if not savable(model):
                continue
            model = shaken(rng, freeze_some(rng, model))
            yield Case(kind.__name__, model, {name: values.astype("float32") for name, values in x.items()})
