"""The application for `server.serve`, which puts `body_first` in front of it.

Any other WSGI server can run it too; then whole bodies and a reserve for
readers' pages are that server's affair.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from corrections_app import create_app
from corrections_app.commands.context import begin_log


@cache
def application() -> Any:
    """A WSGI callable, whose process logs as all of ours do.

    Made once, in the process that serves: where its workers are forked, they have it by then.
    """
    begin_log()
    app = create_app()
    begin_log(app)
    return app
