"""The application: components, endpoints and what surrounds every request."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app import requests, visits
from app.components import running
from app.options import Options
from app.routes import router
from app.settings import Settings

logger = logging.getLogger(__name__)


def create(settings: Settings, options: Options) -> FastAPI:
    """An application that opens its components when it starts, and closes them when it ends."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with running(settings, options, visits.REQUIREMENTS) as components:
            app.state.components = components
            logger.info("started")
            yield
        logger.info("stopped")

    # The pages that show the description come from elsewhere on the internet; the description itself stays.
    app = FastAPI(title="fastapi", docs_url=None, redoc_url=None, lifespan=lifespan)
    app.include_router(router)
    requests.install(app)
    return app
