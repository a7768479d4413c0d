"""The app that Modelgate replaces, as its text intends it: token checked, call logged through pandas.

Like the original it unpickles the model at every call. Its faults that cost nothing (a token that never expires) stay.
REFERENCE_DIR holds finalized_model.sav and users.db; log.csv is written there.
"""

import os
import pickle
import sqlite3
from datetime import datetime

import bcrypt
import jwt
import pandas as pd
from fastapi import Body, Depends, FastAPI, HTTPException, Request
from fastapi.security import OAuth2PasswordBearer, OAuth2PasswordRequestForm

DIR = os.environ["REFERENCE_DIR"]
SECRET = os.environ["REFERENCE_SECRET"]
ALGORITHM = "HS256"

app = FastAPI()
bearer = OAuth2PasswordBearer(tokenUrl="token")


def find_user(username: str) -> dict | None:
    with sqlite3.connect(os.path.join(DIR, "users.db")) as connection:
        connection.row_factory = sqlite3.Row
        row = connection.execute("SELECT * FROM users WHERE username = ?", (username,)).fetchone()
    return dict(row) if row else None


async def current_user(token: str = Depends(bearer)) -> dict:
    refused = HTTPException(401, "Could not validate credentials", {"WWW-Authenticate": "Bearer"})
    try:
        username = jwt.decode(token, SECRET, algorithms=[ALGORITHM]).get("sub")
    except jwt.InvalidTokenError:
        raise refused
    user = find_user(username) if username else None
    if user is None:
        raise refused
    if str(user["disabled"]) == "True":
        raise HTTPException(400, "Inactive user")
    return user


@app.post("/token")
async def token(form: OAuth2PasswordRequestForm = Depends()) -> dict:
    user = find_user(form.username)
    if not user or not bcrypt.checkpw(form.password.encode(), user["hashed_password"].encode()):
        raise HTTPException(401, "Incorrect username or password", {"WWW-Authenticate": "Bearer"})
    return {"access_token": jwt.encode({"sub": user["username"]}, SECRET, ALGORITHM), "token_type": "bearer"}


@app.get("/v1/test")
async def test(_user: dict = Depends(current_user)) -> dict:
    return {"Hello": "World"}


@app.post("/regression")
async def regression(request: Request, data: list[float] = Body(embed=False), _user: dict = Depends(current_user)) -> dict:
    with open(os.path.join(DIR, "finalized_model.sav"), "rb") as file:
        model = pickle.load(file)
    answer = {"Output": float(model.predict([data])[0])}
    log(data, answer, dict(request.headers))
    return answer


def log(data: list, answer: dict, headers: dict) -> None:
    row = {"date": datetime.now(), "request": str(data), "response": str(answer), "request_header": str(headers)}
    path = os.path.join(DIR, "log.csv")
    pd.DataFrame([row]).to_csv(path, mode="a", header=not os.path.exists(path), index=False)
