"""The application: parts, endpoints and what stands around every request."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app import requests
from app.options import Options
from app.parts import running
from app.requests import Draining
from app.routes import VERSION, router
from app.settings import Settings


def create(settings: Settings, options: Options, draining: Draining) -> FastAPI:
    """An application that opens its parts when it starts, and closes them when it ends."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with running(settings, options) as parts:
            app.state.parts = parts
            yield

    # The pages that show the description come from elsewhere on the internet; the description itself stays.
    app = FastAPI(title="fastapi", version=VERSION, docs_url=None, redoc_url=None, lifespan=lifespan)
    app.include_router(router)
    requests.install(app, draining)
    return app
