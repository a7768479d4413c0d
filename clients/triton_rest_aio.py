"""tritonclient.http.aio, unmodified."""

import asyncio

import tritonclient.http.aio as triton

from checks import *

HEADERS = {"Authorization": BEARER}


def iris_input():
    return triton.InferInput("X", list(IRIS_X.shape), "FP64").set_data_from_numpy(IRIS_X)


@check("live, ready, model ready")
async def _(client):
    same(await client.is_server_live(), True)
    same(await client.is_server_ready(), True)
    same(await client.is_model_ready("iris", headers=HEADERS), True)


@check("metadata and index")
async def _(client):
    same((await client.get_model_metadata("iris", headers=HEADERS))["name"], "iris")
    assert "iris" in [entry["name"] for entry in await client.get_model_repository_index(headers=HEADERS)]


for algorithm in (None, "gzip", "deflate"):

    @check(f"infer, binary, compression {algorithm}")
    async def _(client, algorithm=algorithm):
        options = {"request_compression_algorithm": algorithm, "response_compression_algorithm": algorithm}
        result = await client.infer("iris", [iris_input()], headers=dict(HEADERS), **options)
        same(texts(result.as_numpy("predict")), IRIS["predict"])


@check("unknown model 404")
async def _(client):
    await raises_async(client.infer("nothing", [iris_input()], headers=dict(HEADERS)), 404, "nothing")


async def main():
    async with triton.InferenceServerClient(HTTP) as client:
        await run_checks(client)


asyncio.run(main())
