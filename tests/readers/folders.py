"""Terraform in a test: folders from one mapping of paths to texts."""

from collections import defaultdict
from collections.abc import Sequence
from posixpath import normpath

from stage3c.graph import Graph, Value
from stage3c.readers.configuration import read_configuration
from stage3c.readers.reading import Reading


def read(files: dict[str, str] | str, var_files: Sequence[str] = ()) -> Reading:
    """What is read from files by their paths, or from one `main.tf`."""
    texts = {"main.tf": files} if isinstance(files, str) else files
    folders: dict[str, dict[str, bytes]] = defaultdict(dict)
    for path, text in texts.items():
        folder, _, name = path.rpartition("/")
        if name.endswith((".tf", ".tf.json", ".tfvars", ".tfvars.json", "modules.json")):
            folders[folder or "."][name] = text.encode()

    def opened(path: str) -> bytes:
        if normpath(path).startswith(("..", "/")):
            raise PermissionError(path)
        if normpath(path) not in texts:
            raise FileNotFoundError(path)
        return texts[normpath(path)].encode()

    return read_configuration(".", folders.get, var_files, opened)


def graph_of(files: dict[str, str] | str, var_files: Sequence[str] = ()) -> Graph:
    """The graph, where nothing is to be found but that a variable has no value."""
    reading = read(files, var_files)
    assert {found.code for found in reading.faults} <= {"AUD109"}
    assert reading.graph is not None
    return reading.graph


def output(files: dict[str, str] | str, name: str = "o", var_files: Sequence[str] = ()) -> Value:
    """The value of an output."""
    return graph_of(files, var_files).outputs[name].value


def found(files: dict[str, str] | str) -> list[tuple[str, str, int]]:
    """Code, file and line of everything that is found."""
    return [(d.code, d.span.file, d.span.line) for d in read(files).faults]
