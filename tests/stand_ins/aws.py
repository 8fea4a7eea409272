"""An AWS CLI that only records its arguments, which the real one then parses all at once."""

import sys

from tests.stand_ins import record

if __name__ == "__main__":
    record("aws")
    sys.stdout.write("word\n")
