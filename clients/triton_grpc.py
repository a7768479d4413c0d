"""tritonclient.grpc, unmodified."""

import asyncio
import queue

import numpy as np
import tritonclient.grpc as triton
from tritonclient.utils import np_to_triton_dtype

from checks import *

HEADERS = {"authorization": BEARER}
NOT_FOUND = "StatusCode.NOT_FOUND"
INVALID = "StatusCode.INVALID_ARGUMENT"


def tensor(name, array):
    return triton.InferInput(name, list(array.shape), np_to_triton_dtype(array.dtype)).set_data_from_numpy(array)


def infer(client, model, inputs, outputs=None, **options):
    asked = outputs and [triton.InferRequestedOutput(name) for name in outputs]
    return client.infer(model, inputs, outputs=asked, headers=HEADERS, **options)


def iris_answers(result):
    same(texts(result.as_numpy("predict")), IRIS["predict"])


@check("live, ready")
def _(client):
    same(client.is_server_live(), True)
    same(client.is_server_ready(), True)


@check("model ready, by version too")
def _(client):
    same(client.is_model_ready("iris", headers=HEADERS), True)
    same(client.is_model_ready("iris", "1", headers=HEADERS), True)


@check("server and model metadata")
def _(client):
    same(client.get_server_metadata(headers=HEADERS).name, "modelgate")
    metadata = client.get_model_metadata("iris", headers=HEADERS)
    same((metadata.name, list(metadata.versions)), ("iris", ["1"]))
    same([(i.datatype, list(i.shape)) for i in metadata.inputs], [("FP64", [-1, 4])])
    as_json = client.get_model_metadata("mixed", headers=HEADERS, as_json=True)
    same([i["datatype"] for i in as_json["inputs"]], ["FP32", "BYTES", "INT64", "FP32"])


@check("repository index")
def _(client):
    index = {model.name: model for model in client.get_model_repository_index(headers=HEADERS).models}
    assert {"iris", "german", "zipmap", "mixed", "ridge"} <= set(index), list(index)
    same((index["iris"].version, index["iris"].state), ("1", "READY"))


@check("unload and load")
def _(client):
    x = named_inputs(RIDGE)["X"]
    client.unload_model("ridge", headers=HEADERS)
    raises(lambda: infer(client, "ridge", [tensor("X", x)]), "StatusCode.UNAVAILABLE", "ridge")
    client.load_model("ridge", headers=HEADERS)
    close(infer(client, "ridge", [tensor("X", x)]).as_numpy("variable"), RIDGE["outputs"]["variable"])


@check("infer, labels and probabilities")
def _(client):
    result = infer(client, "iris", [tensor("X", IRIS_X)], ["predict_proba", "predict"])
    same([o.name for o in result.get_response().outputs], ["predict_proba", "predict"])
    iris_answers(result)
    close(result.as_numpy("predict_proba"), IRIS["predict_proba"])


@check("infer without outputs named answers the default one")
def _(client):
    result = infer(client, "iris", [tensor("X", IRIS_X)])
    same([o.name for o in result.get_response().outputs], ["predict"])
    iris_answers(result)


@check("infer, FP32 and INT64 into an FP64 model")
def _(client):
    iris_answers(infer(client, "iris", [tensor("anything", IRIS_X.astype(np.float32))]))
    x = np.array([[6, 3, 5, 2], [5, 3, 1, 0]])
    wanted = texts(infer(client, "iris", [tensor("X", x.astype(np.float64))]).as_numpy("predict"))
    same(texts(infer(client, "iris", [tensor("X", x)]).as_numpy("predict")), wanted)


@check("infer, one tensor a feature, BYTES for categories")
def _(client):
    inputs = [tensor(name, column) for name, column in german_columns().items()]
    result = infer(client, "german", inputs, ["predict_proba"])
    close(result.as_numpy("predict_proba"), GERMAN["predict_proba"][:4])


@check("infer, ONNX: FP32, BYTES and INT64 inputs by name, missing values")
def _(client):
    result = infer(client, "mixed", [tensor(name, array) for name, array in named_inputs(MIXED).items()])
    same(texts(result.as_numpy("output_label")), MIXED["outputs"]["output_label"])
    rows = [[row["no"], row["yes"]] for row in MIXED["outputs"]["output_probability"]]
    close(result.as_numpy("output_probability"), rows, 1e-5)


@check("request id, version, parameters")
def _(client):
    options = {"request_id": "a-7", "model_version": "1", "parameters": {"note": "x", "weight": 1.5}, "priority": 1}
    response = infer(client, "iris", [tensor("X", IRIS_X)], **options).get_response()
    same((response.id, response.model_name, response.model_version), ("a-7", "iris", "1"))


for algorithm in ("gzip", "deflate"):

    @check(f"{algorithm} messages")
    def _(client, algorithm=algorithm):
        iris_answers(infer(client, "iris", [tensor("X", IRIS_X)], compression_algorithm=algorithm))


@check("asynchronous calls, each with its own rows")
def _(client):
    answers = queue.Queue()
    for i in range(len(IRIS_X)):
        inputs = [tensor("X", IRIS_X[i : i + 1])]
        callback = lambda result, error, i=i: answers.put((i, result, error))
        client.async_infer("iris", inputs, callback=callback, headers=HEADERS)
    for i, result, error in [answers.get(timeout=30) for _ in range(len(IRIS_X))]:
        same(error, None)
        same(texts(result.as_numpy("predict")), IRIS["predict"][i : i + 1])


@check("a message of 5 MB")
def _(client):
    x = np.tile(IRIS_X, (5 * 2**20 // IRIS_X.nbytes + 1, 1))
    same(texts(infer(client, "iris", [tensor("X", x)]).as_numpy("predict")[: len(IRIS_X)]), IRIS["predict"])


@check("unknown model and version NOT_FOUND")
def _(client):
    x = [tensor("X", IRIS_X)]
    raises(lambda: infer(client, "nothing", x), NOT_FOUND, "nothing")
    raises(lambda: infer(client, "iris", x, model_version="99"), NOT_FOUND, "99")
    raises(lambda: client.get_model_metadata("nothing", headers=HEADERS), NOT_FOUND, "nothing")
    raises(lambda: client.is_model_ready("nothing", headers=HEADERS), NOT_FOUND, "nothing")
    raises(lambda: client.load_model("nothing", headers=HEADERS), NOT_FOUND, "nothing")


@check("wrong shape, unknown output, infinite number INVALID_ARGUMENT")
def _(client):
    raises(lambda: infer(client, "iris", [tensor("X", IRIS_X[:, :3])]), INVALID)
    raises(lambda: infer(client, "iris", [tensor("X", IRIS_X)], ["nothing"]), INVALID, "nothing")
    x = IRIS_X.copy()
    x[2, 1] = np.inf
    raises(lambda: infer(client, "iris", [tensor("X", x)]), INVALID, "2")


@check("no token and a wrong token UNAUTHENTICATED")
def _(client):
    raises(lambda: client.infer("iris", [tensor("X", IRIS_X)]), "StatusCode.UNAUTHENTICATED")
    wrong = {"authorization": "Bearer nonsense"}
    raises(lambda: client.get_model_repository_index(headers=wrong), "StatusCode.UNAUTHENTICATED")


@check("a call that is not served UNIMPLEMENTED")
def _(client):
    raises(lambda: client.get_model_config("iris", headers=HEADERS), "StatusCode.UNIMPLEMENTED")


with triton.InferenceServerClient(GRPC) as client:
    asyncio.run(run_checks(client))
