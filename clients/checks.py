"""What the scripts of the clients share: the server's address, the models' known answers, and how a check is told."""

import asyncio
import inspect
import json
import os
import sys
from pathlib import Path

import numpy as np

HTTP = os.environ["MODELGATE_HTTP"]
GRPC = os.environ["MODELGATE_GRPC"]
BEARER = f"Bearer {os.environ['MODELGATE_TOKEN']}"
FIXTURES = Path(os.environ["MODELGATE_FIXTURES"])


def expected(path):
    """The answers that the library which made the model gave, beside the model file."""
    return json.loads((FIXTURES / path).read_text())


IRIS = expected("sklearn/1.9.1/iris-logistic.expected.json")
IRIS_X = np.array(IRIS["inputs"])
GERMAN = expected("sklearn/1.9.1/german-columns.expected.json")
ZIPMAP = expected("onnx/iris-logistic-zipmap.expected.json")
MIXED = expected("onnx/mixed-columns-zipmap.expected.json")
RIDGE = expected("onnx/diabetes-ridge-double.expected.json")

NUMPY = {"FP32": np.float32, "FP64": np.float64, "INT64": np.int64, "BYTES": np.object_}


def named_inputs(fixture):
    """The named tensors of an ONNX fixture as numpy arrays; missing numbers are NaN."""
    return {name: np.array(t["data"], NUMPY[t["datatype"]]).reshape(t["shape"]) for name, t in fixture["inputs"].items()}


def german_columns(rows=4):
    """One [rows, 1] tensor a feature: text categories as objects, numbers as float64."""
    records = GERMAN["inputs"][:rows]
    columns = {}
    for name, value in records[0].items():
        dtype = np.object_ if isinstance(value, str) else np.float64
        columns[name] = np.array([[record[name]] for record in records], dtype)
    return columns


def texts(array):
    """BYTES answers are bytes where they came in binary and str where they came as JSON."""
    return [v.decode() if isinstance(v, bytes) else str(v) for v in np.asarray(array).flatten()]


def close(got, wanted, tolerance=1e-9):
    np.testing.assert_allclose(np.asarray(got, float).flatten(), np.asarray(wanted, float).flatten(), atol=tolerance, rtol=tolerance)


def same(got, wanted):
    assert got == wanted, f"{got!r} instead of {wanted!r}"


def raises(call, status, contains=""):
    """The call must fail as the client's own exception with this status; returns its message."""
    try:
        call()
    except Exception as error:  # Each client has classes of its own.
        return same_failure(error, status, contains)
    raise AssertionError("was answered")


async def raises_async(awaitable, status, contains=""):
    try:
        await awaitable
    except Exception as error:
        return same_failure(error, status, contains)
    raise AssertionError("was answered")


def same_failure(error, status, contains):
    found = status_of(error)
    assert found == str(status), f"status {found} instead of {status}: {error}"
    assert contains in str(error), f"{error} does not name {contains}"
    return str(error)


def status_of(error):
    if hasattr(error, "status"):
        return str(error.status())
    if hasattr(error, "response"):
        return str(error.response.status_code)
    return str(error.code()) if hasattr(error, "code") else repr(error)


CHECKS = []


def check(name):
    """Registers a function, plain or async, as one check."""

    def register(function):
        CHECKS.append((name, function))
        return function

    return register


async def run_checks(*arguments):
    for name, function in CHECKS:
        try:
            outcome = function(*arguments)
            if inspect.isawaitable(outcome):
                await asyncio.wait_for(outcome, 60)
            print(f"ok {name}")
        except Exception as error:
            text = " ".join(str(error).split()) or repr(error)
            print(f"FAIL {name}: {type(error).__name__}: {text[:500]}")
    sys.stdout.flush()
