"""kserve.InferenceGRPCClient, unmodified."""

import asyncio

import numpy as np
from kserve import InferenceGRPCClient, InferInput, InferRequest
from kserve.protocol.infer_type import RequestedOutput

from checks import *

METADATA = (("authorization", BEARER),)


def numpy_input(x=IRIS_X, datatype="FP64", name="X"):
    made = InferInput(name, list(x.shape), datatype)
    made.set_data_from_numpy(x)
    return made


def list_input(x=IRIS_X, datatype="FP64", name="X"):
    return InferInput(name, list(x.shape), datatype, data=x.flatten().tolist())


def infer(client, model, inputs, **options):
    return client.infer(InferRequest(model, inputs, **options), headers=METADATA)


@check("live, ready, model ready")
async def _(client):
    same(await client.is_server_live(), True)
    same(await client.is_server_ready(), True)
    same(await client.is_model_ready("iris", headers=METADATA), True)


@check("infer, raw contents both ways")
async def _(client):
    asked = [RequestedOutput("predict"), RequestedOutput("predict_proba")]
    response = await infer(client, "iris", [numpy_input()], request_id="k-1", request_outputs=asked)
    same((response.id, response.model_name, response.model_version), ("k-1", "iris", "1"))
    same(texts(response.get_output_by_name("predict").as_numpy()), IRIS["predict"])
    close(response.get_output_by_name("predict_proba").as_numpy(), IRIS["predict_proba"])


@check("infer, typed contents both ways")
async def _(client):
    asked = [RequestedOutput("predict"), RequestedOutput("predict_proba")]
    response = await infer(client, "iris", [list_input()], request_outputs=asked)
    same(texts(response.get_output_by_name("predict").data), IRIS["predict"])
    close(response.get_output_by_name("predict_proba").data, IRIS["predict_proba"])


@check("infer, FP32 into an FP64 model, raw and typed")
async def _(client):
    x = IRIS_X.astype(np.float32)
    for made in (numpy_input(x, "FP32"), list_input(x, "FP32")):
        response = await infer(client, "iris", [made])
        same(texts(response.get_output_by_name("predict").as_numpy()), IRIS["predict"])


@check("infer, one tensor a feature, BYTES for categories, raw and typed")
async def _(client):
    for make in (numpy_input, list_input):
        columns = german_columns().items()
        inputs = [make(c, "BYTES" if c.dtype == np.object_ else "FP64", name) for name, c in columns]
        response = await infer(client, "german", inputs, request_outputs=[RequestedOutput("predict_proba")])
        close(response.outputs[0].as_numpy(), GERMAN["predict_proba"][:4])


@check("infer, ONNX: FP32, BYTES and INT64 inputs by name, typed")
async def _(client):
    kinds = {name: tensor["datatype"] for name, tensor in MIXED["inputs"].items()}
    inputs = [list_input(array, kinds[name], name) for name, array in named_inputs(MIXED).items()]
    response = await infer(client, "mixed", inputs)
    same(texts(response.get_output_by_name("output_label").data), MIXED["outputs"]["output_label"])


@check("unknown model NOT_FOUND, wrong shape INVALID_ARGUMENT, no token UNAUTHENTICATED")
async def _(client):
    await raises_async(infer(client, "nothing", [numpy_input()]), "StatusCode.NOT_FOUND")
    await raises_async(infer(client, "iris", [numpy_input(IRIS_X[:, :3].copy())]), "StatusCode.INVALID_ARGUMENT")
    await raises_async(client.infer(InferRequest("iris", [numpy_input()])), "StatusCode.UNAUTHENTICATED")
    await raises_async(client.is_model_ready("nothing", headers=METADATA), "StatusCode.NOT_FOUND")


async def main():
    async with InferenceGRPCClient(GRPC) as client:
        await run_checks(client)


asyncio.run(main())
