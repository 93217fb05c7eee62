"""Writing through the plugin: several at once lose nothing, and what cannot be written is said."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from corrections_app.sites import trouble
from corrections_app.sites.outside import Client
from tests.wordpress import plugged, served, with_plugin

__all__ = ["plugged", "served", "with_plugin"]

TRIES = 20
CHANGE = ("recieved", "received")
WRONG = "<p>The councilors recieved it.</p>"


def corrected(site, number):
    """Make the change as the worker does: read, change, write, and again where it was overtaken."""
    for _ in range(30):
        source = site.read(number)
        try:
            site.write(source, {"content": source.fields["content"].replace(*CHANGE)})
            return
        except trouble.Changed:
            continue
    raise AssertionError("overtaken for ever")


def saved_by_a_colleague(newsroom, number, words):
    """What an editor's program does: it takes the whole text, and saves the whole text."""
    raw = newsroom.call("GET", f"/posts/{number}?context=edit")["content"]["raw"]
    newsroom.call("POST", f"/posts/{number}", {"content": f"{raw}<p>{words}</p>"})


@pytest.mark.long
def test_we_and_a_colleague_at_once_are_both_there_in_each_of_twenty_tries(plugged):
    """Whoever saves a whole old text after us takes our change back: reading shows it."""
    number, site = str(plugged.post("The wall", "")["id"]), plugged.site()
    saved = ""
    with ThreadPoolExecutor(2) as pool:
        for turn in range(TRIES):
            saved += f"<p>{turn} recieved.</p>"
            plugged.call("POST", f"/posts/{number}", {"content": saved})
            meet = threading.Barrier(2)

            def act(what, *how, meet=meet):
                meet.wait()
                what(*how)

            ours = pool.submit(act, corrected, site, number)
            theirs = pool.submit(act, saved_by_a_colleague, plugged, number, f"{turn} theirs.")
            ours.result()
            theirs.result()
            saved = saved.replace(*CHANGE) + f"<p>{turn} theirs.</p>"
            if CHANGE[0] in site.read(number).fields["content"]:
                corrected(site, number)

            assert site.read(number).fields["content"] == saved, turn


def test_it_is_written_by_the_plugin_and_the_source_is_what_stands_there_then(plugged, monkeypatch):
    number = str(plugged.post("The wall", WRONG)["id"])
    before = plugged.site().read(number)
    sent = []
    send = Client.send

    def noted(client, method, url, body, headers):
        sent.append(url.removeprefix(plugged.url))
        return send(client, method, url, body, headers)

    monkeypatch.setattr(Client, "send", noted)
    after = plugged.site().write(before, {"title": "The wall\\s", "content": "<p>\\n</p>"})
    again = plugged.site().write(before, {"title": "The wall\\s", "content": "<p>\\n</p>"})
    same = plugged.site().write(after, {})

    path = f"/wp-json/reader-corrections/v1/posts/{number}"
    assert sent == [path, path]
    fields = {"title": "The wall\\s", "excerpt": "", "content": "<p>\\n</p>"}
    assert after == replace(plugged.site().read(number), settled=after.settled)
    assert [one.fields for one in (after, again, same)] == [fields] * 3
    assert len(plugged.call("GET", f"/posts/{number}/revisions")) == 1


def test_a_post_that_is_another_by_now_or_open_or_filtered_is_not_written(plugged):
    number = str(plugged.post("The wall", WRONG)["id"])
    before = plugged.site().read(number)
    plugged.php("wp_set_current_user(1); wp_set_post_lock($said['id']);", id=int(number))
    with pytest.raises(trouble.Unreachable, match="open in an editor; try again later"):
        plugged.site().write(before, {"content": "<p>Ours.</p>"})
    plugged.php("delete_post_meta($said['id'], '_edit_lock');", id=int(number))
    with pytest.raises(trouble.NotAllowed, match="by hand"):
        plugged.site().write(before, {"title": "The wall "})
    assert plugged.site().read(number).fields == before.fields

    saved_by_a_colleague(plugged, number, "On Tuesday.")
    with pytest.raises(trouble.Changed):
        plugged.site().write(before, {"content": "<p>Ours.</p>"})

    assert plugged.site().read(number).fields["content"] == f"{WRONG}<p>On Tuesday.</p>"


def test_what_cannot_be_read_back_may_have_been_written_all_the_same(plugged, monkeypatch):
    number, site = str(plugged.post("The wall", WRONG)["id"]), plugged.site()
    before = site.read(number)

    def hangs_up(_, reference):
        raise trouble.Unreachable("It hung up.")

    monkeypatch.setattr(type(site), "read", hangs_up)
    with pytest.raises(trouble.Unknown, match="all the same"):
        site.write(before, {"content": "<p>Ours.</p>"})


def test_the_check_says_that_it_is_there(plugged):
    found = {one.subject: one for one in plugged.site().check()}

    assert found["plugin"].said.startswith("there:")
    assert all(one.fine and not one.remedy for one in found.values())
