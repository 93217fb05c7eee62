"""All machines of an installation sign with one key; one that has another is found out."""

from __future__ import annotations

import pytest

from corrections_app.checkup import nodes
from corrections_app.domain.errors import Invalid
from corrections_app.workflow.people import common_key
from tests.builders import NOON

pytestmark = pytest.mark.own_app


def test_the_first_key_is_the_databases_and_another_is_refused_until_it_is_accepted(app):
    assert common_key.is_common()
    common_key.take_part(NOON)
    common_key.take_part(NOON)

    app.config["SECRET_KEY"] = "the key of a machine that was set up alone"
    assert not common_key.is_common()
    with pytest.raises(Invalid, match=r"give this machine the key of the others.*accept-key"):
        common_key.take_part(NOON)
    [found] = nodes.key()
    assert (found.subject, found.fine) == ("key", False)

    common_key.accept(NOON)
    common_key.take_part(NOON)
    [found] = nodes.key()
    assert found.fine


def test_of_two_machines_that_come_at_once_the_second_does_not_take_the_firsts_place(
    app, monkeypatch
):
    common_key.take_part(NOON)
    kept, looks = common_key._kept, []

    def before_the_first_one_had_noted_it():
        looks.append(kept())
        return looks[-1] if len(looks) > 1 else None

    monkeypatch.setattr(common_key, "_kept", before_the_first_one_had_noted_it)
    app.config["SECRET_KEY"] = "the key of a machine that was set up alone"

    with pytest.raises(Invalid, match="accept-key"):
        common_key.take_part(NOON)
