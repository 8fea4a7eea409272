"""`python -m stage3c` is the command `stage3c`."""

from stage3c.cli.main import main

main()
