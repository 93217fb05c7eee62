"""``corrections serve`` without its letters' worker, for tests in which no letter is read.

``python -m tests.web_alone serve …``, as after ``python -m corrections_app``: the worker is a
process of its own, and to start it takes as long as all the rest.
"""

from __future__ import annotations

from typing import Any

from corrections_app.cli import main
from corrections_app.serving import server

whole = server.serve


def without_letters(factory: str, **options: Any) -> int:
    """Serve, with all that was asked for but the worker."""
    return whole(factory, **options | {"letters": None})


if __name__ == "__main__":
    server.serve = without_letters
    main()
