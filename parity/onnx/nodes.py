"""Writes ONNX's own backend node tests that onnxruntime computes: models, V2 requests and the answers of onnxruntime.

usage: nodes.py DIR

DIR gets NAME.onnx, NAME.request (a body of the V2 binary extension) and a line per case in cases.ndjson: either
{"name", "json_length", "outputs": [{"name", "datatype", "shape", "data"}], "rtol", "atol"} with the data in base64 as
V2 has it, or {"name", "skipped": why onnxruntime does not compute it}.
"""

import base64
import json
import struct
import sys
import warnings
from pathlib import Path

import numpy as np
import onnxruntime
from onnx.backend.test.case.node import collect_testcases

warnings.filterwarnings("ignore")
onnxruntime.set_default_logger_severity(4)

DATATYPES = {
    np.dtype(t): name
    for name, t in {
        "BOOL": np.bool_, "UINT8": np.uint8, "UINT16": np.uint16, "UINT32": np.uint32, "UINT64": np.uint64,
        "INT8": np.int8, "INT16": np.int16, "INT32": np.int32, "INT64": np.int64,
        "FP16": np.float16, "FP32": np.float32, "FP64": np.float64,
    }.items()
}  # fmt: skip


def tensor(value):
    """The datatype and the bytes of an array as V2 has them. Raises TypeError for what it has no datatype for."""
    if not isinstance(value, np.ndarray):
        raise TypeError(f"a {type(value).__name__} is no tensor")
    if value.dtype.kind in "OU":
        texts = [text.encode() if isinstance(text, str) else bytes(text) for text in value.ravel()]
        return "BYTES", b"".join(struct.pack("<I", len(text)) + text for text in texts)
    if value.dtype not in DATATYPES:
        raise TypeError(f"V2 has no datatype for {value.dtype}")
    return DATATYPES[value.dtype], np.ascontiguousarray(value).tobytes()


def computed(case, path):
    """What onnxruntime answers, checked against what ONNX expects of the case."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    inputs, expected = case.data_sets[0]
    names = [value.name for value in session.get_inputs()]
    given = dict(zip([value.name for value in case.model.graph.input], inputs))
    feeds = {name: np.asarray(given[name]) if np.isscalar(given[name]) else given[name] for name in names}
    outputs = session.run(None, feeds)
    for got, want in zip(outputs, expected):
        if isinstance(got, np.ndarray) and got.dtype.kind not in "OU":
            np.testing.assert_allclose(got, want, rtol=case.rtol, atol=case.atol)
    return feeds, dict(zip([value.name for value in session.get_outputs()], outputs))


def write(case, folder):
    path = folder / f"{case.name}.onnx"
    path.write_bytes(case.model.SerializeToString())
    try:
        feeds, outputs = computed(case, path)
    except Exception as error:  # noqa: BLE001
        path.unlink()
        lines = str(error).strip().splitlines() or [type(error).__name__]
        return {"name": case.name, "skipped": lines[0][:200]}
    record = {"name": case.name, "rtol": case.rtol, "atol": case.atol}
    try:
        body = b""
        inputs = []
        for name, value in feeds.items():
            datatype, data = tensor(value)
            shape = list(value.shape)
            inputs.append({"name": name, "datatype": datatype, "shape": shape, "parameters": {"binary_data_size": len(data)}})
            body += data
        header = json.dumps({"inputs": inputs, "parameters": {"binary_data_output": True}}).encode()
        (folder / f"{case.name}.request").write_bytes(header + body)
        record["json_length"] = len(header)
        record["outputs"] = []
        for name, value in outputs.items():
            datatype, data = tensor(value)
            encoded = base64.b64encode(data).decode()
            record["outputs"].append({"name": name, "datatype": datatype, "shape": list(value.shape), "data": encoded})
    except TypeError as error:
        record["untold"] = str(error)
    return record


def main():
    folder = Path(sys.argv[1])
    with open(folder / "cases.ndjson", "w", encoding="utf-8") as index:
        for case in collect_testcases(None):
            index.write(json.dumps(write(case, folder)) + "\n")


main()
