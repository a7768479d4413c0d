"""kserve.InferenceRESTClient, unmodified, in protocols V2 and V1."""

import asyncio

import numpy as np
from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig
from kserve.protocol.infer_type import RequestedOutput

from checks import *

BASE = f"http://{HTTP}"
HEADERS = {"Authorization": BEARER}


def iris_input(binary, x=IRIS_X, datatype="FP64"):
    made = InferInput("X", list(x.shape), datatype)
    made.set_data_from_numpy(x, binary_data=binary)
    return made


def infer(client, model, inputs, **options):
    return client.infer(BASE, InferRequest(model, inputs, **options), model_name=model, headers=dict(HEADERS))


def labels(response, name="predict"):
    return texts(response.get_output_by_name(name).data)


@check("V2 live, ready")
async def _(v2, v1):
    same(await v2.is_server_live(BASE), True)
    same(await v2.is_server_ready(BASE), True)


@check("V2 model ready; an unknown one is not")
async def _(v2, v1):
    same(await v2.is_model_ready(BASE, "iris", headers=HEADERS), True)
    same(await v2.is_model_ready(BASE, "nothing", headers=HEADERS), False)


@check("V2 infer, JSON in, JSON out")
async def _(v2, v1):
    response = await infer(v2, "iris", [iris_input(False)], request_id="k-1")
    same((response.id, response.model_name), ("k-1", "iris"))
    same(labels(response), IRIS["predict"])


@check("V2 infer, nested lists")
async def _(v2, v1):
    inputs = [InferInput("X", list(IRIS_X.shape), "FP64", data=IRIS_X.tolist())]
    same(labels(await infer(v2, "iris", inputs)), IRIS["predict"])


@check("V2 infer, binary in, JSON out")
async def _(v2, v1):
    same(labels(await infer(v2, "iris", [iris_input(True)])), IRIS["predict"])


@check("V2 infer, binary in, binary out")
async def _(v2, v1):
    response = await infer(v2, "iris", [iris_input(True)], parameters={"binary_data_output": True})
    same(labels(response), IRIS["predict"])


@check("V2 infer, JSON in, binary out; outputs selected")
async def _(v2, v1):
    asked = [RequestedOutput("predict_proba", {"binary_data": True}), RequestedOutput("predict", {"binary_data": False})]
    response = await infer(v2, "iris", [iris_input(False)], request_outputs=asked)
    same([output.name for output in response.outputs], ["predict_proba", "predict"])
    close(response.outputs[0].as_numpy(), IRIS["predict_proba"])
    same(labels(response), IRIS["predict"])


@check("V2 infer, FP32 into an FP64 model, binary and JSON")
async def _(v2, v1):
    for binary in (True, False):
        response = await infer(v2, "iris", [iris_input(binary, IRIS_X.astype(np.float32), "FP32")])
        same(labels(response), IRIS["predict"])


@check("V2 infer, BYTES inputs, one tensor a feature")
async def _(v2, v1):
    for binary in (True, False):
        inputs = []
        for name, column in german_columns().items():
            made = InferInput(name, list(column.shape), "BYTES" if column.dtype == np.object_ else "FP64")
            made.set_data_from_numpy(column, binary_data=binary)
            inputs.append(made)
        response = await infer(v2, "german", inputs, request_outputs=[RequestedOutput("predict_proba")])
        close(response.outputs[0].as_numpy(), GERMAN["predict_proba"][:4])


@check("V2 unknown model 404, wrong shape 400, no token 401, with the server's words")
async def _(v2, v1):
    await raises_async(infer(v2, "nothing", [iris_input(True)]), 404, "nothing")
    await raises_async(infer(v2, "iris", [iris_input(True, IRIS_X[:, :3].copy())]), 400, "4")
    await raises_async(v2.infer(BASE, InferRequest("iris", [iris_input(True)]), model_name="iris"), 401)


@check("V1 model ready")
async def _(v2, v1):
    same(await v1.is_model_ready(BASE, "iris", headers=HEADERS), True)
    await raises_async(v1.is_model_ready(BASE, "nothing", headers=HEADERS), 404)


@check("V1 live")
async def _(v2, v1):
    same(await v1.is_server_live(BASE), True)


@check("V1 predict, instances as lists")
async def _(v2, v1):
    answer = await v1.infer(BASE, {"instances": IRIS_X.tolist()}, model_name="iris", headers=dict(HEADERS))
    same(answer["predictions"], IRIS["predict"])


@check("V1 predict, instances as objects by feature name")
async def _(v2, v1):
    answer = await v1.infer(BASE, {"instances": GERMAN["inputs"]}, model_name="german", headers=dict(HEADERS))
    same(answer["predictions"], GERMAN["predict"])


@check("V1 unknown model 404, wrong width 400")
async def _(v2, v1):
    rows = {"instances": [[1.0, 2.0]]}
    await raises_async(v1.infer(BASE, rows, model_name="nothing", headers=dict(HEADERS)), 404)
    await raises_async(v1.infer(BASE, rows, model_name="iris", headers=dict(HEADERS)), 400)


async def main():
    async with InferenceRESTClient(RESTConfig(protocol="v2")) as v2, InferenceRESTClient(RESTConfig(protocol="v1")) as v1:
        await run_checks(v2, v1)


asyncio.run(main())
