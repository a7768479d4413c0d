"""A day's work of a client that is generated from openapi.json: log in, upload a model, predict, run a job, query the
audit trail."""

import io
import os
import sys
import time

from modelgate_client import AuthenticatedClient, Client
from modelgate_client.api.access import get_token
from modelgate_client.api.audit import find_audit_records
from modelgate_client.api.batch_jobs import create_job, get_job
from modelgate_client.api.models import get_model, import_model
from modelgate_client.models import FindAuditRecordsKind, JobForm, ModelUpload, PasswordGrant, Problem
from modelgate_client.types import File

URL = os.environ["MODELGATE_URL"]
ROW = [3, 102, 44, 20, 94, 30.8, 0.4, 26]


def check(name, passed):
    print("ok" if passed else "FAIL", name, flush=True)
    if not passed:
        sys.exit(1)


grant = PasswordGrant(username=os.environ["MODELGATE_USER"], password=os.environ["MODELGATE_PASSWORD"])
token = get_token.sync(client=Client(base_url=URL), body=grant)
check("logs in", token.token_type == "bearer")
client = AuthenticatedClient(base_url=URL, token=token.access_token)

with open(os.environ["MODELGATE_MODEL_FILE"], "rb") as file:
    model = import_model.sync(
        client=client, body=ModelUpload(file=File(payload=io.BytesIO(file.read()), file_name="python.onnx"))
    )
check("uploads a model", model.name == "python" and model.imported_version == "1")

answer = client.get_httpx_client().post("/v1/models/diabetes:predict", json={"instances": [ROW]})
check("predicts", answer.json() == {"predictions": [0]})

rows = io.BytesIO((",".join(map(str, ROW)) + "\n").encode())
job = create_job.sync(
    "diabetes", client=client, body=JobForm(file=File(payload=rows, file_name="rows.csv", mime_type="text/csv"))
)
while job.state in ("queued", "running"):
    time.sleep(0.1)
    job = get_job.sync("diabetes", job.id, client=client)
check("runs a job", job.state == "succeeded" and job.rows_done == 1)

records, cursor = [], None
while True:
    more = {"cursor": cursor} if cursor else {}
    page = find_audit_records.sync(client=client, model="diabetes", kind=FindAuditRecordsKind.PREDICTION, limit=1, **more)
    records += page.items
    cursor = page.next_
    if cursor is None:
        break
check("queries the audit trail page by page", any(record.method == "POST" for record in records))

problem = get_model.sync("nobody", client=client)
check("knows errors by their code", isinstance(problem, Problem) and problem.code == "model_not_found")
