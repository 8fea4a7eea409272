"""What a project folder says of itself: Dockerfiles, package.json, Python's files and a Compose file. Pure: texts by path.

A Compose file names the services; without one, each folder with a Dockerfile is one.
"""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from msgspec.structs import replace

from stage3c.output.compose import COMPOSE_FILES, of_compose
from stage3c.output.parts import FOLDER_FILES, Found, of_folder, usual_port

FILES: Final = (*FOLDER_FILES, *COMPOSE_FILES)


def detect(texts: Mapping[str, str]) -> Found:
    """Look at the files of a project by their path in it."""
    compose = next((name for name in COMPOSE_FILES if name in texts), None)
    if compose and (found := of_compose(texts, compose)).parts:
        return found
    return _of_folders(texts)


def _of_folders(texts: Mapping[str, str]) -> Found:
    """Each folder with a Dockerfile, else the project itself; one without EXPOSE has a port only if none has EXPOSE."""
    folders = sorted(str(PurePosixPath(path).parent) for path in texts if PurePosixPath(path).name == "Dockerfile")
    names = {folder: "web" if folder == "." else PurePosixPath(folder).name for folder in folders}
    if not names and any(name in texts for name in FOLDER_FILES):
        names = {".": "web"}
    parts = [of_folder(texts, folder, name) for folder, name in names.items()]
    if not any(part.port for part in parts):
        parts = [replace(part, port=usual_port(part)) for part in parts]
    named = {part.key: part for part in parts}
    read_from = sorted(path for path in texts if PurePosixPath(path).name not in COMPOSE_FILES)
    uses_database = any(part.uses_database for part in named.values())
    return Found(tuple(named.values()), uses_database, sources=tuple(read_from))
