"""The body of a request, of which nothing is ignored."""

from __future__ import annotations

from collections.abc import Collection

from werkzeug.datastructures import MultiDict

from corrections_app.web.answers import given
from corrections_app.web.forms import check_names


def sent(names: Collection[str], several: Collection[str] = ()) -> MultiDict[str, str]:
    """The fields sent, by these names and no others; ``several`` may come more than once.

    Raises `Invalid`, naming the field that there is none of.
    """
    fields = given(several)
    once = {name: values for name, values in fields.lists() if name not in several}
    check_names(names, MultiDict(once))
    return fields
