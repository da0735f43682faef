"""`python -m shared.cli` is the `stallholder` command, wherever its script may lie."""

from shared.cli.main import main

main()
