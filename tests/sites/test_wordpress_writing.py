"""Writing into WordPress: into a real one, and into doors that answer all that can go wrong."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from corrections_app.config.hosts import Place
from corrections_app.domain.bodies.patch import patch
from corrections_app.domain.text.body import canonical_text
from corrections_app.domain.text.edits import Edit
from corrections_app.sites import trouble
from corrections_app.sites.outside import Client
from corrections_app.sites.site import Secret
from corrections_app.sites.wordpress import WordPress
from corrections_app.sources import Options, Source, read_source
from corrections_app.sources.amending import amended
from tests.sites.answering import answering, led_on, page
from tests.wordpress import newsroom, served

__all__ = ["newsroom", "served"]

CONTENT = """<!-- wp:paragraph -->
<p class="x">The council <em>recieved</em> \\it\\n "R&D" at &amp; caf\u0065\u0301 😀.</p>
<!-- /wp:paragraph -->

<!-- wp:html -->
<iframe src="https://maps.example/x"></iframe><script>var a = 1 && 2;</script>
<!-- /wp:html -->"""


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    """The second look comes at once: nobody here is slow to note what they saved."""
    monkeypatch.setattr("corrections_app.sites.writing.wordpress._SECONDS", 0)


def fixed(source, old="recieved", new="received"):
    """What becomes of a post's fields when a word of it becomes another."""
    body = read_source(source, Options()).body
    at = canonical_text(body).index(old)
    wished = patch(body, [Edit(at, at + len(old), new)])
    return amended(source, Options(), body, wished).fields


def test_words_are_written_and_all_else_stays_to_the_letter(newsroom):
    post = newsroom.post("R&D", CONTENT, excerpt="In short.")
    number, site = str(post["id"]), newsroom.site()
    source = site.read(number)

    done = site.write(source, fixed(source))
    again = site.write(source, fixed(source))  # as after an answer that was lost
    undone = site.write(done, {"content": source.fields["content"]})

    assert done.fields == {**source.fields, "content": CONTENT.replace("recieved", "received")}
    assert again.fields == done.fields
    assert undone.fields == source.fields == site.read(number).fields
    assert len(newsroom.call("GET", f"/posts/{number}/revisions")) == 2
    assert site.editor(number) == f"{newsroom.url}/wp-admin/post.php?post={number}&action=edit"


def test_headline_and_excerpt_are_written_too(newsroom):
    post = newsroom.post("R&D recieved", CONTENT, excerpt="In short.")
    site = newsroom.site()
    source = site.read(str(post["id"]))

    done = site.write(source, {"title": "R&amp;D <i>received</i>", "excerpt": "At length & so."})

    assert done.fields["title"] == "R&amp;D <i>received</i>"
    assert done.fields["excerpt"] == "At length & so."
    assert done.fields["content"] == CONTENT


@pytest.mark.parametrize("moment", ["/posts", "POST", "/revisions"])
def test_of_two_who_save_at_once_neither_loses_anything(newsroom, monkeypatch, moment):
    """A colleague saves what they had open right before our look, our write or our second look."""
    post = newsroom.post("The wall", CONTENT.replace("😀", "first draft"))
    newsroom.call("POST", f"/posts/{post['id']}", {"content": CONTENT})
    site = newsroom.site()
    source = site.read(str(post["id"]))
    answer, asked = Client._answer, []

    def answered(client, url, target, request, *more):
        # A write asks who it is, for revisions, for the post; writes; and asks for revisions again.
        asked.append(url)
        if len(asked) == {"/posts": 3, "POST": 4, "/revisions": 5}[moment]:
            assert moment in f"{request.method} {url}"
            theirs = CONTENT.replace("The council", "The board")
            newsroom.call("POST", f"/posts/{post['id']}", {"content": theirs})
        return answer(client, url, target, request, *more)

    monkeypatch.setattr(Client, "_answer", answered)
    with pytest.raises(trouble.Changed):
        site.write(source, fixed(source))
    source = site.read(source.id)  # as the worker does: theirs comes in, the change goes on top
    site.write(source, fixed(source))

    stored = newsroom.call("GET", f"/posts/{post['id']}?context=edit")["content"]["raw"]
    assert stored == CONTENT.replace("The council", "The board").replace("recieved", "received")


def test_an_account_whose_saves_are_filtered_writes_nothing(newsroom):
    post = newsroom.post("The wall", CONTENT)
    source = newsroom.site().read(str(post["id"]))

    with pytest.raises(trouble.NotAllowed, match="give it the role Editor"):
        newsroom.site(newsroom.keys["author"]).write(source, fixed(source))

    assert newsroom.site().read(source.id).fields == source.fields
    assert len(newsroom.call("GET", f"/posts/{post['id']}/revisions")) <= 1


def test_while_it_is_closed_nothing_is_written(newsroom):
    post = newsroom.post("The wall", CONTENT)
    site = newsroom.site()
    source = site.read(str(post["id"]))
    (newsroom.folder / "maintenance").touch()
    try:
        with pytest.raises(trouble.Unreachable, match="answers 503: try again later"):
            site.write(source, fixed(source))
    finally:
        (newsroom.folder / "maintenance").unlink()

    assert newsroom.site().read(source.id).fields == source.fields


MAY = ("edit_others_posts", "edit_published_posts", "unfiltered_html")
POST = {
    "id": 7,
    "status": "publish",
    "password": "",
    "link": "https://news.example/x/",
    "modified_gmt": "2026-01-02T03:04:05",
    "title": {"raw": "T"},
    "excerpt": {"raw": ""},
    "content": {"raw": "<p>recieved</p>"},
}
SOURCE = Source(
    id="7",
    address="https://news.example/x/",
    version="2026-01-02T03:04:05",
    format="wordpress",
    fields={"title": "T", "excerpt": "", "content": "<p>recieved</p>"},
)
FIXED = {"content": "<p>received</p>"}


class Door:
    """A WordPress whose answer to the one request that writes is the test's."""

    def __init__(self, answers, may=MAY):
        self.answers, self.may, self.wrote = answers, may, []
        self.revisions = []

    def __call__(self, asked):
        path = asked.path.partition("?")[0]
        if asked.method == "POST":
            self.wrote.append(json.loads(asked.body))
            return self.answers()
        if path.endswith("/users/me"):
            return said({"capabilities": dict.fromkeys(self.may, True)})
        if path.endswith("/revisions"):
            return said(self.revisions)
        return said(POST if "/posts/" in path else {"namespaces": ["wp/v2"]})


def said(found, status="200 OK"):
    return page(json.dumps(found).encode(), status=status)


def with_content(content):
    return lambda: said(POST | {"content": {"raw": content}})


def a_site(server):
    inside = (Place("127.0.0.1", server.port),)
    return WordPress(Client(inside=inside), server.url, Secret("ann:secret words"))


def code(status, name):
    return lambda: said({"code": name}, status)


def html(status):
    return lambda: page(b"<p>secret words</p>", status=status)


@pytest.mark.parametrize(
    ("answers", "kind", "message"),
    [
        (code("401 No", "rest_cannot_edit"), trouble.NotAllowed, "Application Passwords"),
        (code("403 No", "rest_cannot_edit"), trouble.NotAllowed, "give it the role Editor"),
        (code("404 No", "rest_post_invalid_id"), trouble.Gone, "it is not there"),
        (code("409 No", "source_changed"), trouble.Changed, "changed it meanwhile"),
        (code("423 No", "being_edited"), trouble.Unreachable, "open in an editor; try again"),
        (code("429 No", "too_many"), trouble.Unreachable, "try again later"),
        (code("500 No", "db_update_error"), trouble.Unknown, "does not tell whether"),
        (html("403 No"), trouble.Unreachable, "security plug-in"),
        (html("502 No"), trouble.Unknown, "does not tell whether"),
        (html("503 No"), trouble.Unreachable, "try again later"),
        (html("200 OK"), trouble.Unknown, "does not tell whether"),
        (lambda: led_on("https://elsewhere.example/"), trouble.Unreachable, "leads on"),
        (lambda: iter(()), trouble.Unknown, "may have been written all the same"),
        (with_content("<p>recieved</p>"), trouble.Unknown, "stored post 7 otherwise"),
        (lambda: said(["x"]), trouble.Unknown, "otherwise than WordPress"),
    ],
)
def test_every_answer_says_what_became_of_the_change(answers, kind, message):
    door = Door(answers)

    with answering(door) as server, pytest.raises(trouble.Trouble, match=message) as refused:
        a_site(server).write(SOURCE, FIXED)

    assert type(refused.value) is kind
    assert door.wrote == [FIXED]
    assert "secret" not in refused.value.message


@pytest.mark.parametrize("missing", MAY)
def test_an_account_that_may_not_is_told_before_anything_is_written(missing):
    door = Door(html("200 OK"), may=[name for name in MAY if name != missing])

    with answering(door) as server, pytest.raises(trouble.NotAllowed, match="Editor"):
        a_site(server).write(SOURCE, FIXED)

    assert door.wrote == []


def test_what_was_changed_meanwhile_is_not_written():
    door = Door(html("200 OK"))
    other = replace(SOURCE, fields={**SOURCE.fields, "title": "Another"})

    with answering(door) as server, pytest.raises(trouble.Changed, match="comes in first"):
        a_site(server).write(other, FIXED)

    assert door.wrote == []


@pytest.mark.parametrize("fails", ["/revisions", "/posts/7"])
def test_what_fails_after_the_change_went_out_does_not_say_that_nothing_was_written(fails):
    theirs = "<p>recieved by the board</p>"
    door = Door(with_content("<p>received</p>"))

    def answers(asked):
        path = asked.path.partition("?")[0]
        if asked.method == "GET" and door.wrote:
            door.revisions = [a_save(12, "<p>received</p>"), a_save(11, theirs)]
            if path.endswith(fails):
                return html("503 No")()
        return door(asked)

    with answering(answers) as server, pytest.raises(trouble.Unknown, match="all the same"):
        a_site(server).write(SOURCE, FIXED)

    assert door.wrote == [FIXED]


def a_save(number, content, at="2026-01-02T03:05:00"):
    fields = {"title": {"raw": "T"}, "excerpt": {"raw": ""}, "content": {"raw": content}}
    return {"id": number, "slug": f"7-revision-{number}", "modified_gmt": at} | fields


def test_an_overwritten_save_is_found_after_an_answer_that_was_lost():
    """The try before wrote ours over theirs, and ended before it could look."""
    ours, theirs = "<p>received</p>", "<p>recieved by the board</p>"
    door = Door(lambda: said(POST | {"content": {"raw": theirs}}))
    autosave = a_save(13, "<p>rec</p>") | {"slug": "7-autosave-v1"}
    door.revisions = [autosave, a_save(12, ours), a_save(11, theirs), a_save(9, "x", "2025-01-01")]
    there = replace(SOURCE, fields={**SOURCE.fields, "content": "<p>recieved all</p>"})

    def answers(asked):
        if asked.method == "GET" and asked.path.partition("?")[0].endswith("/posts/7"):
            return said(POST | {"content": {"raw": ours}})
        return door(asked)

    with answering(answers) as server, pytest.raises(trouble.Changed, match="is there now"):
        a_site(server).write(there, {"content": ours})

    assert [one["content"] for one in door.wrote] == [theirs]


def test_a_save_of_long_ago_is_never_put_back():
    door = Door(with_content("<p>received</p>"))
    door.revisions = [a_save(11, "<p>received</p>"), a_save(9, "Old words", "2025-01-01T00:00:00")]

    def answers(asked):
        if asked.method == "GET" and asked.path.partition("?")[0].endswith("/posts/7"):
            return said(POST | {"content": {"raw": "<p>received</p>"}})
        return door(asked)

    with answering(answers) as server:
        assert a_site(server).write(SOURCE, FIXED).fields["content"] == "<p>received</p>"

    assert door.wrote == []


def test_a_save_that_is_noted_late_is_found_by_the_second_look():
    ours, theirs = "<p>received</p>", "<p>recieved by the board</p>"
    looks = iter([[], [a_save(12, ours)], [a_save(13, theirs), a_save(12, ours)]])
    door = Door(lambda: said(POST | {"content": {"raw": door.wrote[-1]["content"]}}))

    def answers(asked):
        path = asked.path.partition("?")[0]
        if path.endswith("/revisions"):
            door.revisions = next(looks, door.revisions)
        if asked.method == "GET" and path.endswith("/posts/7") and door.wrote:
            return said(POST | {"content": {"raw": door.wrote[-1]["content"]}})
        return door(asked)

    with answering(answers) as server, pytest.raises(trouble.Changed, match="is there now"):
        a_site(server).write(SOURCE, FIXED)

    assert [one["content"] for one in door.wrote] == [ours, theirs]


def test_a_save_between_ours_and_its_answer_is_no_fault_of_wordpress():
    ours, theirs = "<p>received</p>", "<p>recieved by the board</p>"
    door = Door(with_content(theirs))
    looks = iter([[]])

    def answers(asked):
        path = asked.path.partition("?")[0]
        if path.endswith("/revisions"):
            door.revisions = next(looks, [a_save(13, theirs), a_save(12, ours)])
        if asked.method == "GET" and path.endswith("/posts/7") and door.wrote:
            return said(POST | {"content": {"raw": theirs}})
        return door(asked)

    with answering(answers) as server, pytest.raises(trouble.Changed, match="is there now"):
        a_site(server).write(SOURCE, FIXED)

    assert [one["content"] for one in door.wrote] == [ours]
