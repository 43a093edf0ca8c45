"""`python -m safehub.cli` is the `safehub` command: how `serve` starts its worker."""

from safehub.cli import main

main(prog_name="safehub")
