"""Several programs send the same article at one moment: one of them is right, and once."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.racing import at_once
from tests.web.api.programs import a_program
from tests.web.api.test_articles import MARKDOWN, NEW, QUAY, a_quay, put, seen, stored


@pytest.fixture
def programs(app):
    return [a_program(app, name=f"mira{number}") for number in range(4)]


def statuses(answers):
    return Counter(answer.status_code for answer in answers)


def test_of_different_states_one_becomes_the_next_revision(app, programs):
    a_quay(programs[0])

    answers = at_once(
        app,
        *(
            lambda each=each, line=line: put(each, f"{MARKDOWN}\nIt is {line}.")
            for each, line in zip(programs, ("deep", "old", "grey", "wide"), strict=True)
        ),
    )

    assert statuses(answers) == {200: 1, 412: 3}
    [won] = [answer for answer in answers if answer.status_code == 200]
    assert len(stored()) == 2
    assert stored()[-1][0] == won.json["revision"] == 2


def test_a_new_one_is_made_by_one_of_them(app, programs):
    answers = at_once(
        app,
        *(
            lambda each=each, number=number: each.put(
                QUAY, json={"title": "The quay", "markdown": f"Part {number}."}, headers=NEW
            )
            for number, each in enumerate(programs)
        ),
    )

    assert statuses(answers) == {201: 1, 412: 3}
    assert len(stored()) == 1


def test_with_one_key_all_hear_the_same(app, program):
    a_quay(program)
    sent = {"title": "The quay", "markdown": f"{MARKDOWN}\nIt is deep."}
    headers = seen(1) | {"Idempotency-Key": "one"}

    answers = at_once(
        app, *(lambda: program.put(QUAY, json=sent, headers=headers) for _ in range(4))
    )

    assert statuses(answers) == {200: 4}
    assert len({answer.get_data() for answer in answers}) == 1
    assert len(stored()) == 2
