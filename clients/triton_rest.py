"""tritonclient.http, unmodified."""

import asyncio

import numpy as np
import tritonclient.http as triton

from checks import *

HEADERS = {"Authorization": BEARER}


def tensor(name, array, binary=True, datatype=None):
    datatype = datatype or triton_datatype(array)
    made = triton.InferInput(name, list(array.shape), datatype)
    return made.set_data_from_numpy(array, binary_data=binary)


def triton_datatype(array):
    from tritonclient.utils import np_to_triton_dtype

    return np_to_triton_dtype(array.dtype)


def output(name, binary=True):
    return triton.InferRequestedOutput(name, binary_data=binary)


def infer(client, model, inputs, outputs=None, **options):
    return client.infer(model, inputs, outputs=outputs, headers=dict(HEADERS), **options)


def iris_answers(result):
    same(texts(result.as_numpy("predict")), IRIS["predict"])


@check("live, ready")
def _(client):
    same(client.is_server_live(), True)
    same(client.is_server_ready(), True)


@check("model ready, by version too; an unknown one is not")
def _(client):
    same(client.is_model_ready("iris", headers=HEADERS), True)
    same(client.is_model_ready("iris", "1", headers=HEADERS), True)
    same(client.is_model_ready("nothing", headers=HEADERS), False)
    same(client.is_model_ready("iris", "99", headers=HEADERS), False)


@check("server metadata")
def _(client):
    metadata = client.get_server_metadata(headers=HEADERS)
    same(metadata["name"], "modelgate")
    assert {"binary_tensor_data", "model_repository"} <= set(metadata["extensions"]), metadata


@check("model metadata, by version too")
def _(client):
    metadata = client.get_model_metadata("iris", headers=HEADERS)
    same((metadata["name"], metadata["versions"]), ("iris", ["1"]))
    same([(i["datatype"], i["shape"]) for i in metadata["inputs"]], [("FP64", [-1, 4])])
    assert {"predict", "predict_proba"} <= {o["name"] for o in metadata["outputs"]}, metadata
    same(client.get_model_metadata("iris", "1", headers=HEADERS), metadata)
    names = [(i["name"], i["datatype"]) for i in client.get_model_metadata("mixed", headers=HEADERS)["inputs"]]
    same(names, [("age", "FP32"), ("job", "BYTES"), ("n", "INT64"), ("inc", "FP32")])


@check("repository index")
def _(client):
    index = {entry["name"]: entry for entry in client.get_model_repository_index(headers=HEADERS)}
    assert {"iris", "german", "zipmap", "mixed", "ridge"} <= set(index), index
    same((index["iris"]["version"], index["iris"]["state"]), ("1", "READY"))


@check("unload and load")
def _(client):
    client.unload_model("ridge", headers=HEADERS)
    same(client.is_model_ready("ridge", headers=HEADERS), False)
    x = named_inputs(RIDGE)["X"]
    raises(lambda: infer(client, "ridge", [tensor("X", x)]), 503, "ridge")
    client.load_model("ridge", headers=HEADERS)
    same(client.is_model_ready("ridge", headers=HEADERS), True)
    close(infer(client, "ridge", [tensor("X", x)]).as_numpy("variable"), RIDGE["outputs"]["variable"])


for binary_in in (True, False):
    for binary_out in (True, False):
        kinds = [("JSON", "binary")[binary] for binary in (binary_in, binary_out)]

        @check(f"infer, {kinds[0]} in, {kinds[1]} out: labels and probabilities")
        def _(client, binary_in=binary_in, binary_out=binary_out):
            asked = [output("predict", binary_out), output("predict_proba", binary_out)]
            result = infer(client, "iris", [tensor("X", IRIS_X, binary_in)], asked)
            iris_answers(result)
            close(result.as_numpy("predict_proba"), IRIS["predict_proba"])
            same(result.as_numpy("predict_proba").shape, (len(IRIS_X), 3))
            same("data" in result.get_output("predict"), not binary_out)


@check("infer, one output binary, one JSON")
def _(client):
    result = infer(client, "iris", [tensor("X", IRIS_X)], [output("predict_proba", False), output("predict", True)])
    same([o["name"] for o in result.get_response()["outputs"]], ["predict_proba", "predict"])
    iris_answers(result)
    close(result.as_numpy("predict_proba"), IRIS["predict_proba"])


@check("infer without outputs named answers the default one, in binary")
def _(client):
    result = infer(client, "iris", [tensor("X", IRIS_X)])
    same([o["name"] for o in result.get_response()["outputs"]], ["predict"])
    assert result.get_output("predict")["parameters"]["binary_data_size"] > 0
    iris_answers(result)


@check("infer, FP32 into an FP64 model, binary and JSON")
def _(client):
    x = IRIS_X.astype(np.float32)
    for binary in (True, False):
        iris_answers(infer(client, "iris", [tensor("anything", x, binary)]))


@check("infer, whole numbers of every type into an FP64 model")
def _(client):
    x = np.array([[6, 3, 5, 2], [5, 3, 1, 0]])
    wanted = texts(infer(client, "iris", [tensor("X", x.astype(np.float64))]).as_numpy("predict"))
    for dtype in (np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64):
        same(texts(infer(client, "iris", [tensor("X", x.astype(dtype))]).as_numpy("predict")), wanted)


@check("infer, BYTES outputs as text")
def _(client):
    for binary in (True, False):
        answer = infer(client, "zipmap", [tensor("X", named_inputs(ZIPMAP)["X"])], [output("output_label", binary)])
        same(answer.get_output("output_label")["datatype"], "BYTES")
        same(texts(answer.as_numpy("output_label")), ZIPMAP["outputs"]["output_label"])


@check("infer, one tensor a feature, BYTES for categories, binary and JSON")
def _(client):
    for binary in (True, False):
        inputs = [tensor(name, column, binary) for name, column in german_columns().items()]
        result = infer(client, "german", inputs, [output("predict", False), output("predict_proba", binary)])
        same(texts(result.as_numpy("predict")), [str(label) for label in GERMAN["predict"][:4]])
        close(result.as_numpy("predict_proba"), GERMAN["predict_proba"][:4])


@check("infer, ONNX: FP32, BYTES and INT64 inputs by name, missing values, a ZipMap's labels as columns")
def _(client):
    inputs = [tensor(name, array) for name, array in named_inputs(MIXED).items()]
    result = infer(client, "mixed", inputs)
    same(texts(result.as_numpy("output_label")), MIXED["outputs"]["output_label"])
    rows = [[row["no"], row["yes"]] for row in MIXED["outputs"]["output_probability"]]
    close(result.as_numpy("output_probability"), rows, 1e-5)


@check("infer, order of inputs is free")
def _(client):
    inputs = [tensor(name, array) for name, array in reversed(named_inputs(MIXED).items())]
    same(texts(infer(client, "mixed", inputs).as_numpy("output_label")), MIXED["outputs"]["output_label"])


@check("request id is echoed, and left out where none was given")
def _(client):
    inputs = [tensor("X", IRIS_X)]
    same(infer(client, "iris", inputs, request_id="a-7").get_response()["id"], "a-7")
    same("id" in infer(client, "iris", inputs).get_response(), False)


@check("the version that answered is told, and can be asked for")
def _(client):
    response = infer(client, "iris", [tensor("X", IRIS_X)], model_version="1").get_response()
    same((response["model_name"], response["model_version"]), ("iris", "1"))


for algorithm in ("gzip", "deflate"):

    @check(f"{algorithm} request")
    def _(client, algorithm=algorithm):
        for binary in (True, False):
            iris_answers(infer(client, "iris", [tensor("X", IRIS_X, binary)], request_compression_algorithm=algorithm))

    @check(f"{algorithm} response")
    def _(client, algorithm=algorithm):
        x = np.tile(IRIS_X, (40, 1))
        for binary in (True, False):
            asked = [output("predict_proba", binary)]
            result = infer(client, "iris", [tensor("X", x)], asked, response_compression_algorithm=algorithm)
            close(result.as_numpy("predict_proba")[: len(IRIS_X)], IRIS["predict_proba"])

    @check(f"{algorithm} both ways")
    def _(client, algorithm=algorithm):
        options = {"request_compression_algorithm": algorithm, "response_compression_algorithm": algorithm}
        iris_answers(infer(client, "iris", [tensor("X", IRIS_X)], **options))


@check("many requests at once, each with its own rows")
def _(client):
    calls = [
        (i, client.async_infer("iris", [tensor("X", IRIS_X[i : i + 1])], headers=dict(HEADERS)))
        for i in range(len(IRIS_X))
    ]
    for i, call in calls:
        same(texts(call.get_result().as_numpy("predict")), IRIS["predict"][i : i + 1])


@check("parameters of the caller's own are let through")
def _(client):
    options = {"parameters": {"note": "x", "weight": 1.5, "flag": True}, "priority": 1, "timeout": 1000000}
    iris_answers(infer(client, "iris", [tensor("X", IRIS_X)], query_params={"trace": "1"}, **options))


@check("unknown model 404, unknown version 404")
def _(client):
    x = [tensor("X", IRIS_X)]
    raises(lambda: infer(client, "nothing", x), 404, "nothing")
    raises(lambda: infer(client, "iris", x, model_version="99"), 404, "99")
    raises(lambda: client.get_model_metadata("nothing", headers=HEADERS), 404, "nothing")
    raises(lambda: client.load_model("nothing", headers=HEADERS), 404, "nothing")


@check("wrong shape 400")
def _(client):
    for binary in (True, False):
        raises(lambda: infer(client, "iris", [tensor("X", IRIS_X[:, :3], binary)]), 400)
        raises(lambda: infer(client, "iris", [tensor("X", IRIS_X.flatten(), binary)]), 400)


@check("wrong datatype, missing feature, unknown feature, unknown output: 400 by name")
def _(client):
    columns = german_columns()
    inputs = {name: tensor(name, column) for name, column in columns.items()}
    name = next(name for name, column in columns.items() if column.dtype != np.object_)
    text = tensor(name, np.array([["x"]] * 4, np.object_))
    raises(lambda: infer(client, "german", list({**inputs, name: text}.values())), 400, name)
    raises(lambda: infer(client, "german", [t for n, t in inputs.items() if n != name]), 400, name)
    raises(lambda: infer(client, "german", [*inputs.values(), tensor("extra", columns[name])]), 400, "extra")
    raises(lambda: infer(client, "iris", [tensor("X", IRIS_X)], [output("nothing")]), 400, "nothing")


@check("infinite and missing numbers 400, naming the row")
def _(client):
    for value in (np.inf, np.nan):
        x = IRIS_X.copy()
        x[2, 1] = value
        raises(lambda: infer(client, "iris", [tensor("X", x)]), 400, "2")


@check("no token and a wrong token 401")
def _(client):
    raises(lambda: client.infer("iris", [tensor("X", IRIS_X)]), 401)
    raises(lambda: client.get_model_repository_index(headers={"Authorization": "Bearer nonsense"}), 401)


with triton.InferenceServerClient(HTTP, concurrency=8) as client:
    asyncio.run(run_checks(client))
