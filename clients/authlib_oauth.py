"""authlib's OAuth2Session, unmodified, by the discovery document."""

import asyncio
import os

import httpx
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata, get_well_known_url

from checks import HTTP, check, run_checks

BASE = f"http://{HTTP}"
CLIENT = ("clients-service", os.environ["MODELGATE_CLIENT_SECRET"])
USER = {"username": os.environ["MODELGATE_USER"], "password": os.environ["MODELGATE_PASSWORD"]}


def discovered():
    metadata = AuthorizationServerMetadata(httpx.get(get_well_known_url(BASE, external=True)).json())
    assert metadata["issuer"] == BASE
    return metadata


def session(method):
    metadata = discovered()
    return metadata, OAuth2Client(
        *CLIENT,
        token_endpoint=metadata["token_endpoint"],
        token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method,
    )


for method in ("client_secret_basic", "client_secret_post"):

    @check(f"client credentials, introspection, revocation ({method})")
    def _(method=method):
        metadata, client = session(method)
        token = client.fetch_token(grant_type="client_credentials", scope="predict")
        assert token["scope"] == "predict" and token["token_type"] == "bearer"
        about = lambda: client.introspect_token(
            metadata["introspection_endpoint"], token=token["access_token"]
        ).json()
        assert about()["active"] and about()["client_id"] == CLIENT[0]
        assert client.get(f"{BASE}/v1/test").json() == {"Hello": "World"}
        assert client.revoke_token(metadata["revocation_endpoint"], token=token["access_token"]).status_code == 200
        assert about() == {"active": False}

    @check(f"password and refresh token ({method})")
    def _(method=method):
        metadata, client = session(method)
        token = client.fetch_token(**USER)
        refreshed = client.refresh_token(metadata["token_endpoint"])
        assert refreshed["refresh_token"] != token["refresh_token"]
        try:
            client.fetch_token(**{**USER, "password": "wrong"})
            raise AssertionError("a wrong password got a token")
        except Exception as error:
            assert getattr(error, "error", None) == "invalid_grant", error


asyncio.run(run_checks())
