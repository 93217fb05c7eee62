"""Ghost: its posts read, listed and checked, and what it refuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from corrections_app.config.hosts import Place
from corrections_app.sites import trouble
from corrections_app.sites.ghost import Ghost
from corrections_app.sites.outside import Client
from corrections_app.sites.site import Secret
from corrections_app.sources import Options, read_source
from tests.sites import ghost
from tests.sites.answering import answering

MOMENT = datetime(2026, 11, 28, 10, 51, 34, tzinfo=UTC)


@pytest.fixture
def there():
    """A Ghost that answers."""
    fake = ghost.Ghost()
    with answering(fake) as server:
        fake.url, fake.server = server.url, server
        yield fake


def site(there, key=ghost.KEY):
    client = Client(inside=(Place("127.0.0.1", there.server.port),))
    return Ghost(client, there.url, Secret(key))


def test_a_post_is_read_as_it_is_stored(there):
    post = there.post("The harbour", "The council met.", custom_excerpt="In short.")

    source = site(there).read(post["id"])
    document = read_source(source, Options())

    assert source.fields == {
        "title": "The harbour",
        "custom_excerpt": "In short.",
        "lexical": post["lexical"],
    }
    assert (source.version, source.settled) == (post["updated_at"], True)
    assert (source.name, source.address) == ("the-harbour", f"{there.url}/the-harbour/")
    assert (document.byline, document.section) == ("Ann Owner, Bo", "Harbour")
    assert (document.title, document.standfirst) == ("The harbour", "In short.")
    assert (document.published, document.external_id) == (MOMENT, post["id"])


def test_a_state_of_this_second_is_not_settled(there):
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.000Z}"
    post = there.post("The harbour", "The council met.", updated_at=now)

    assert not site(there).read(post["id"]).settled


def test_a_post_is_found_by_its_address_and_by_no_other(there):
    post = there.post("The harbour", "The council met.")

    assert site(there).read(f"{there.url}/the-harbour/?utm_source=x").id == post["id"]
    with pytest.raises(trouble.Gone, match="no public post at"):
        site(there).read(f"{there.url}/2024/the-harbour/")
    with pytest.raises(trouble.Gone, match="NotFoundError"):
        site(there).read(f"{there.url}/elsewhere/")


def test_only_what_is_public_is_read_and_listed_page_after_page(there):
    there.post("Hidden", "Words.", visibility="members")
    there.post("Draft", "Words.", status="draft")
    for number in range(203):
        at = f"{MOMENT + timedelta(hours=number):%Y-%m-%dT%H:%M:%S.000Z}"
        there.post(f"Post {number}", "Words.", updated_at=at)
    listed = site(there).changed(None)

    assert [one.id for one in listed] == [p["id"] for p in list(there.posts.values())[2:]]
    assert [one.changed_at for one in listed[:2]] == [MOMENT, MOMENT + timedelta(hours=1)]
    later = site(there).changed(MOMENT + timedelta(hours=200))
    assert [one.id for one in later] == [one.id for one in listed[200:]]
    for hidden in list(there.posts.values())[:2]:
        with pytest.raises(trouble.Gone, match="not public"):
            site(there).read(hidden["id"])


@pytest.mark.parametrize(
    "key", [ghost.KEY[:-2] + "00", "6b0ab2363c6de12b29963d99" + ghost.KEY[24:]]
)
def test_a_wrong_key_is_said_to_be_one_and_not_repeated(there, key):
    with pytest.raises(trouble.NotAllowed, match="Copy the Admin API key") as refused:
        site(there, key).changed(None)

    assert key[25:] not in refused.value.message
    *_, found = site(there, key).check()
    assert not found.fine


def test_the_check_names_what_works(there):
    found = list(site(there).check())

    assert [one.subject for one in found] == ["reachable", "authorised", "may edit"]
    assert all(one.fine for one in found)
    assert "Ghost 6.65" in found[0].said


@pytest.mark.parametrize(
    "odd",
    [
        {"posts": []},
        {"posts": "x"},
        {"posts": [7]},
        {"posts": [{"id": "x", "updated_at": "yesterday"}]},
        {"posts": [{"updated_at": "2026-01-01"}]},
        [],
    ],
)
def test_an_answer_of_another_shape_is_refused(odd):
    with answering(lambda _: ghost._json(odd)) as server:
        client = Client(inside=(Place("127.0.0.1", server.port),))
        here = Ghost(client, server.url, Secret(ghost.KEY))

        for ask in (lambda: here.read("x"), lambda: here.changed(None)):
            with pytest.raises(trouble.Unreachable, match="otherwise than Ghost does"):
                ask()


def words(post, old, new):
    """What becomes of a post's tree when a word becomes another."""
    return {"lexical": post["lexical"].replace(old, new)}


def test_words_are_written_and_read_back(there):
    post = there.post("The harbour", "The council recieved it.")
    source = site(there).read(post["id"])
    wanted = words(post, "recieved", "received")

    done = site(there).write(source, wanted)
    again = site(there).write(source, wanted)

    assert done.fields == {**source.fields, **wanted}
    assert done.version != source.version
    assert (again.fields, there.puts) == (done.fields, 1)
    assert site(there).editor(post["id"]) == f"{there.url}/ghost/#/editor/post/{post['id']}"


def test_a_tree_that_is_written_down_otherwise_is_the_same(there):
    post = there.post("The harbour", "The council recieved it.")
    source = site(there).read(post["id"])
    wanted = words(post, "recieved", "received")
    there.meanwhile = lambda method: (
        method == "GET"
        and there.puts
        and there.save(post, lexical=wanted["lexical"].replace('": ', '":'))
    )

    assert "received" in site(there).write(source, wanted).fields["lexical"]


@pytest.mark.parametrize("moment", ["before", "PUT", "after"])
def test_a_colleague_s_save_is_never_overwritten(there, moment):
    post = there.post("The harbour", "The council recieved it.")
    source = site(there).read(post["id"])
    wanted = words(post, "recieved", "received")
    theirs = words(post, "council", "board")["lexical"]

    def save(method):
        if moment == method or (moment == "after" and method == "GET" and there.puts):
            there.save(post, lexical=theirs)

    there.meanwhile = save
    if moment == "before":
        there.save(post, lexical=theirs)

    with pytest.raises(trouble.Changed):
        site(there).write(source, wanted)

    assert post["lexical"] == theirs


def test_what_cannot_be_read_back_may_have_been_written_all_the_same(there):
    post = there.post("The harbour", "The council recieved it.")
    source = site(there).read(post["id"])
    there.meanwhile = lambda method: method == "PUT" and post.update(status="draft")

    with pytest.raises(trouble.Unknown, match="all the same"):
        site(there).write(source, words(post, "recieved", "received"))

    assert "received" in post["lexical"]


def test_nothing_is_written_in_the_second_of_another_save(there):
    post = there.post("The harbour", "The council recieved it.")
    there.save(post)
    source = site(there).read(post["id"])

    with pytest.raises(trouble.Unreachable, match="a moment ago: try again later"):
        site(there).write(source, words(post, "recieved", "received"))

    assert there.puts == 0
