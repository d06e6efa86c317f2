"""`python -m sandbox serve …` and `python -m sandbox play …`."""

from __future__ import annotations

import sys

from sandbox.settings import Settings, parse_arguments


def main() -> int:
    """Read the command line and do it; the exit code."""
    chosen = parse_arguments(sys.argv[1:])
    if isinstance(chosen, Settings):
        # Imported here: a robot needs no server.
        from sandbox.serve import serve

        return serve(chosen)
    from sandbox.play import play

    return play(chosen)


if __name__ == "__main__":
    sys.exit(main())
