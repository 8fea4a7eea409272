"""What AWS and its Terraform provider know, as data: each file names its source and the day it was read.

Owns the reading of those files. Refuses to judge anything; there is no logic here.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def load(name: str) -> Any:  # noqa: ANN401 - what JSON holds
    """The content of `facts/<name>.json`, read once; nobody changes it."""
    return json.loads(Path(__file__).with_name(f"{name}.json").read_bytes())
