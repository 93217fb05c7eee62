"""The table of roles, over the whole product."""

from __future__ import annotations

from itertools import product

import pytest

from corrections_app.domain.lifecycle import Role
from corrections_app.domain.roles import TABLE, Ability, may

MODERATORS = {
    Ability.DECIDE,
    Ability.JUDGE_APPEAL,
    Ability.UNDO_OWN,
    Ability.EDIT_ARTICLE,
    Ability.TELL_READERS,
}
EDITORS = MODERATORS | {
    Ability.UNDO_OTHERS,
    Ability.APPROVE,
    Ability.ANSWER_ESCALATED,
    Ability.DECIDE_MANY,
    Ability.CHANGE_NOTICES,
    Ability.SHARE_VIEWS,
    Ability.MANAGE_REASONS,
    Ability.SEE_FIGURES,
    Ability.TAKE_DOWN,
    Ability.PUBLISH_ACCURACY,
}
HELD = {
    Role.MODERATOR: MODERATORS,
    Role.EDITOR: EDITORS,
    Role.ADMIN: EDITORS | {Ability.MANAGE_PEOPLE},
}
EVERYWHERE = {
    Ability.SHARE_VIEWS,
    Ability.MANAGE_REASONS,
    Ability.SEE_FIGURES,
    Ability.PUBLISH_ACCURACY,
    Ability.MANAGE_PEOPLE,
}
SECTIONS = [None, "Politics", "Science"]


def test_every_ability_stands_in_the_table():
    assert set(TABLE) == set(Ability)
    assert set(HELD) == set(Role)
    assert HELD[Role.ADMIN] == set(Ability)


@pytest.mark.parametrize(("role", "ability"), [*product(Role, Ability)])
def test_a_role_has_its_abilities_and_no_others(role, ability):
    assert may(role, None, ability) is (ability in HELD[role])


@pytest.mark.parametrize(
    ("role", "section", "ability", "of"), [*product(Role, SECTIONS, Ability, SECTIONS)]
)
def test_a_section_narrows_what_touches_an_article_and_widens_nothing(role, section, ability, of):
    reached = section is None or section == of or ability in EVERYWHERE

    assert may(role, section, ability, of) is (ability in HELD[role] and reached)


@pytest.mark.parametrize(("lower", "higher"), [("moderator", "editor"), ("editor", "admin")])
def test_who_rises_loses_nothing(lower, higher):
    for section, ability, of in product(SECTIONS, Ability, SECTIONS):
        assert may(higher, section, ability, of) >= may(lower, section, ability, of)


def test_a_role_is_known_by_its_stored_word():
    assert may("editor", None, Ability.APPROVE)
    with pytest.raises(ValueError, match="king"):
        may("king", None, Ability.DECIDE)
