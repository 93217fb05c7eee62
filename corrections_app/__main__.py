"""``corrections``, and ``python -m corrections_app``: the commands, without delay."""

from __future__ import annotations

import gc


def main() -> None:
    """Run a command.

    What is imported stays for good. Looked through for rubbish while it grows, it would take a
    quarter longer to start; and frozen it stays shared with the processes that are forked.
    """
    gc.disable()
    from corrections_app.cli import main as run

    gc.freeze()
    gc.enable()
    run()


if __name__ == "__main__":
    main()
