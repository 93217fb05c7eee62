"""A folder of Markdown in a real git repository."""

from __future__ import annotations

import subprocess

import pytest

from corrections_app.domain.text.body import canonical_text
from corrections_app.sites import trouble
from corrections_app.sites.git import Git
from corrections_app.sites.writing.git import Branch
from corrections_app.sources import Options, read_source

POST = "---\ntitle: The wall\ndate: 2024-01-02\n---\n\nIt *stands*.\n"


class Repository:
    """A repository in which files are committed."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments):
        who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")
        command = ["git", "-C", str(self.folder), *who, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, **files):
        for name, content in files.items():
            path = self.folder / name.replace("__", "/").replace("_md", ".md")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "Words")


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path / "site")


def site(repository, branch="main", folder="content", pages="https://news.example/{slug}/"):
    return Git(repository.folder, branch, folder, pages)


def test_files_are_read_as_the_branch_has_them(repository):
    repository.commit(content__wall_md=POST)
    (repository.folder / "content" / "wall.md").write_text("Not committed.")

    source = site(repository).read("content/wall.md")
    document = read_source(source, Options())

    assert source.fields == {"text": POST}
    assert source.address == "https://news.example/wall/"
    assert canonical_text(document.body) == "The wall\n\nIt stands."
    assert site(repository).read("https://news.example/wall").id == "content/wall.md"
    with pytest.raises(trouble.Gone):
        site(repository).read("https://news.example/other/")


def test_a_version_is_the_files_own_and_changes_with_its_words_alone(repository):
    repository.commit(content__a_md=POST, content__b_md=POST.replace("wall", "quay"))
    before = {one.id: one.version for one in site(repository).changed(None)}
    repository.commit(content__a_md=POST + "More.\n", content__c_md=POST)

    after = {one.id: one.version for one in site(repository).changed(None)}

    assert after.keys() - before.keys() == {"content/c.md"}
    assert {path for path in before if before[path] != after[path]} == {"content/a.md"}
    assert site(repository).read("content/a.md").version == after["content/a.md"]


def test_only_markdown_of_the_folder_is_an_article(repository):
    repository.commit(content__a_md=POST, README_md="# Site", content__x="x")
    (repository.folder / "content" / "link.md").symlink_to("/etc/passwd")
    (repository.folder / "content" / "ü ‎name.md").write_text(POST)
    repository.commit()

    assert [one.id for one in site(repository).changed(None)] == ["content/a.md"]
    for path in ("README.md", "content/link.md", "content/x", "../secret.md", "--all", ":/a.md"):
        with pytest.raises(trouble.Gone):
            site(repository).read(path)


@pytest.mark.parametrize("said", ["draft: true", "published: false", "status: draft", "draft: yes"])
def test_a_draft_is_not_public(repository, said):
    repository.commit(content__a_md=POST.replace("date:", f"{said}\ndate:"))

    with pytest.raises(trouble.Gone, match="is a draft"):
        site(repository).read("content/a.md")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "is not UTF-8"),
        (b"a" * 2_000_001, "2 MB"),
        ("---\na: [\n---\n\nx", "front matter"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_so(repository, content, said):
    repository.commit(content__a_md=content)

    with pytest.raises(trouble.Unreachable, match=said):
        site(repository).read("content/a.md")


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("content/2024-01-02-the-wall.md", "https://news.example/the-wall/"),
        ("content/the-wall/index.md", "https://news.example/the-wall/"),
        ("content/index.md", "https://news.example/content/"),
    ],
)
def test_a_file_is_called_as_the_programs_call_it(repository, path, address):
    repository.commit(**{path.replace("/", "__").replace(".md", "_md"): POST})

    assert site(repository).read(path).address == address
    assert site(repository, pages="https://x.example/{path}").read(path).address == (
        "https://x.example/" + path.removeprefix("content/").removesuffix(".md")
    )
    assert site(repository, pages=None).read(path).address is None


def test_a_bare_repository_and_what_is_checked_out_will_do(repository, tmp_path):
    repository.commit(content__a_md=POST)
    bare = tmp_path / "bare.git"
    command = ["git", "clone", "-q", "--bare", str(repository.folder), str(bare)]
    subprocess.run(command, check=True)

    found = Git(bare, "HEAD", "", None)

    assert [one.id for one in found.changed(None)] == ["content/a.md"]
    assert all(one.fine for one in found.check())


def test_what_is_no_repository_or_branch_is_said_in_one_line(repository, tmp_path):
    repository.commit(content__a_md=POST)

    for broken in (
        Git(tmp_path, "main", "", None),
        site(repository, "--help"),
        site(repository, "x"),
    ):
        with pytest.raises(trouble.Unreachable, match="cannot be read: fatal") as refused:
            broken.changed(None)
        assert "\n" not in refused.value.message
        assert [one.fine for one in broken.check()] == [False]


def test_settings_of_the_environment_lead_nowhere_else(repository, tmp_path, monkeypatch):
    repository.commit(content__a_md=POST)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other"))

    assert [one.id for one in site(repository).changed(None)] == ["content/a.md"]


def test_an_empty_folder_is_no_use(repository):
    repository.commit(README_md="# Site")

    assert [one.fine for one in site(repository).check()] == [True, False, True]


FIXED = {"text": POST.replace("stands", "stood")}


def test_words_are_committed_and_what_is_checked_out_goes_along(repository, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))  # where git's settings of this machine are
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    repository.commit(content__a_md=POST, README_md="# Site")
    (repository.folder / "README.md").write_text("Not committed.")
    source = site(repository).read("content/a.md")

    done = site(repository).write(source, FIXED)
    again = site(repository).write(source, FIXED)

    assert done.fields == again.fields == FIXED
    assert repository.git("rev-list", "--count", "main") == "2"
    assert repository.git("log", "-1", "--format=%s|%an") == (
        "Correct words in content/a.md|Reader Corrections"
    )
    assert repository.git("show", "--name-status", "--format=", "main") == "M\tcontent/a.md"
    assert (repository.folder / "content" / "a.md").read_text() == FIXED["text"]
    assert repository.git("status", "--porcelain") == "M README.md"
    assert site(repository).editor("content/a.md") is None


@pytest.mark.parametrize("branch", ["main", "HEAD"])
def test_a_bare_repository_is_written_with_the_name_of_its_settings(repository, tmp_path, branch):
    repository.commit(content__a_md=POST)
    bare = tmp_path / "bare.git"
    repository.git("clone", "-q", "--bare", ".", str(bare))
    subprocess.run(["git", "-C", str(bare), "config", "user.name", "The Desk"], check=True)
    found = Git(bare, branch, "content", None)

    found.write(found.read("content/a.md"), FIXED)

    log = subprocess.run(["git", "-C", str(bare), "log", "-1", "--format=%an %s"], **TOLD)
    assert log.stdout.strip() == "The Desk Correct words in content/a.md"
    assert found.read("content/a.md").fields == FIXED


TOLD = {"check": True, "capture_output": True, "text": True}


def test_a_branch_that_is_checked_out_elsewhere_goes_along_there(repository, tmp_path):
    repository.commit(content__a_md=POST)
    repository.git("branch", "live")
    repository.git("worktree", "add", "-q", str(tmp_path / "live"), "live")
    found = site(repository, "live")

    found.write(found.read("content/a.md"), FIXED)

    assert (tmp_path / "live" / "content" / "a.md").read_text() == FIXED["text"]
    assert repository.git("status", "--porcelain") == ""
    assert site(repository).read("content/a.md").fields == {"text": POST}


def test_marks_rights_and_line_ends_of_a_file_stay(repository):
    repository.commit(content__a_md=b"\xef\xbb\xbf" + POST.replace("\n", "\r\n").encode())
    repository.git("update-index", "--chmod=+x", "content/a.md")
    repository.git("commit", "-q", "-m", "Rights")
    repository.git("reset", "-q", "--hard")
    found = site(repository)
    source = found.read("content/a.md")

    found.write(source, {"text": source.fields["text"].replace("stands", "stood")})

    content = (repository.folder / "content" / "a.md").read_bytes()
    assert content == b"\xef\xbb\xbf" + FIXED["text"].replace("\n", "\r\n").encode()
    assert repository.git("ls-files", "-s", "content/a.md").startswith("100755")


def test_changes_that_are_not_committed_are_in_the_way_and_stay(repository):
    repository.commit(content__a_md=POST)
    source = site(repository).read("content/a.md")
    (repository.folder / "content" / "a.md").write_text("Half done.")

    with pytest.raises(trouble.Unreachable, match="commit or discard"):
        site(repository).write(source, FIXED)

    assert (repository.folder / "content" / "a.md").read_text() == "Half done."
    assert repository.git("rev-list", "--count", "main") == "1"


@pytest.mark.parametrize("is_bare", [False, True])
def test_a_colleague_s_commit_is_never_overwritten(repository, monkeypatch, is_bare):
    repository.commit(content__a_md=POST, content__b_md=POST)
    if is_bare:
        repository.git("checkout", "-q", "--detach")
    found = site(repository)
    source = found.read("content/a.md")
    committed = Branch._committed

    def meanwhile(branch, file, onto):
        made = committed(branch, file, onto)
        repository.git("checkout", "-q", "main")
        repository.commit(content__b_md="Theirs.")
        repository.git("checkout", "-q", *(["--detach"] if is_bare else ["main"]))
        return made

    monkeypatch.setattr(Branch, "_committed", meanwhile)
    with pytest.raises(trouble.Changed):
        found.write(source, FIXED)
    monkeypatch.setattr(Branch, "_committed", committed)

    assert found.read("content/b.md").fields == {"text": "Theirs."}
    assert found.read("content/a.md").fields == {"text": POST}
    assert repository.git("status", "--porcelain") == ""
    assert found.write(source, FIXED).fields == FIXED
    with pytest.raises(trouble.Changed, match="meanwhile"):
        found.write(source, {"text": "Other."})


def test_a_commit_that_cannot_be_read_back_may_be_there_all_the_same(repository, monkeypatch):
    repository.commit(content__a_md=POST)
    source, put = site(repository).read("content/a.md"), Branch.put

    def then_fails(branch, file, onto):
        put(branch, file, onto)
        repository.folder.rename(repository.folder.with_name("elsewhere"))

    monkeypatch.setattr(Branch, "put", then_fails)
    with pytest.raises(trouble.Unknown, match="all the same"):
        site(repository).write(source, FIXED)


def test_what_is_no_branch_is_not_written(repository):
    repository.commit(content__a_md=POST)
    repository.git("tag", "v1")
    repository.git("checkout", "-q", "--detach")

    for name in ("v1", "HEAD"):
        found = site(repository, name)
        with pytest.raises(trouble.NotAllowed, match="name one with --branch"):
            found.write(found.read("content/a.md"), FIXED)
