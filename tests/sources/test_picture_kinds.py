"""What a picture is, how large, and that nothing noted in it stays."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrections_app.domain import limits
from corrections_app.sources.pictures import NotHad
from corrections_app.sources.pictures.kinds import cleaned, kind_of
from tests.drawing import FOLDER, SECRET, chunk, png

SIZES = {
    "gps.jpeg": ("jpeg", 32, 48),  # stored as 48 by 32, and to be turned
    "notes.png": ("png", 48, 32),
    "moving.gif": ("gif", 48, 32),
    "notes.webp": ("webp", 48, 32),
    "lossless.webp": ("webp", 48, 32),
    "moving.webp": ("webp", 48, 32),
    "notes.avif": ("avif", 32, 48),
}
SAMPLES = {name: (FOLDER / name).read_bytes() for name in SIZES}


@pytest.mark.parametrize("name", SIZES)
def test_kind_and_size_are_told_by_the_bytes(name) -> None:
    media = cleaned(SAMPLES[name]).media

    assert (media.kind, media.width, media.height) == SIZES[name]


@pytest.mark.parametrize("name", SIZES)
def test_nothing_noted_in_a_picture_stays(name) -> None:
    bare = cleaned(SAMPLES[name]).content

    assert SECRET not in bare
    assert b"GPS" not in bare
    assert cleaned(bare).content == bare  # once more takes nothing else away


def test_the_samples_do_hold_secrets() -> None:
    named = {name for name in SIZES if SECRET in SAMPLES[name]}

    assert named == {"gps.jpeg", "notes.png", "moving.gif", "notes.webp", "notes.avif"}


def test_which_way_is_up_is_all_that_stays_of_a_photos_notes() -> None:
    bare = cleaned(SAMPLES["gps.jpeg"]).content

    exif = bare.index(b"Exif\0\0")
    length = struct.unpack(">H", bare[exif - 2 : exif])[0]
    assert length == 2 + 6 + 26
    assert bare[exif + 6 : exif + 32] == bytes.fromhex(
        "4d4d002a00000008000101120003000000010006000000000000"
    )


def test_what_follows_the_end_of_a_picture_goes() -> None:
    for name in ("gps.jpeg", "notes.png", "moving.gif", "notes.webp"):
        assert cleaned(SAMPLES[name] + b"<script>") == cleaned(SAMPLES[name]), name


def test_the_same_picture_with_other_notes_is_the_same_picture() -> None:
    assert cleaned(png(said=b"yesterday")) == cleaned(png(said=b"today")) == cleaned(png())
    assert cleaned(png(shade=1)).media.digest != cleaned(png()).media.digest


NONE = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "pdf": b"%PDF-1.7",
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    "bmp": b"BM" + bytes(60),
    "nothing": b"",
}


@pytest.mark.parametrize("content", NONE.values(), ids=NONE)
def test_what_is_no_picture_is_refused(content) -> None:
    assert kind_of(content) is None
    with pytest.raises(NotHad, match="no PNG, JPEG, GIF, WebP or AVIF"):
        cleaned(content)


def test_a_film_is_no_picture() -> None:
    with pytest.raises(NotHad, match="film"):
        cleaned((FOLDER / "moving.avif").read_bytes())


@pytest.mark.parametrize("name", SIZES)
def test_a_picture_that_is_cut_off_is_refused_wherever_it_is_cut(name) -> None:
    whole = SAMPLES[name]
    for length in range(16, len(whole) - 1, 7):
        with pytest.raises(NotHad):
            cleaned(whole[:length])


@pytest.mark.parametrize(
    ("size", "reason"),
    [
        ((limits.PICTURE_SIDE + 1, 10), "megapixels"),
        ((9_000, 9_000), "megapixels"),
        ((2**31 - 1, 2**31 - 1), "megapixels"),
        ((1, 1), "too small"),
        ((2, 900), "too small"),
        ((0, 5), "too small"),
    ],
)
def test_bombs_and_counting_pixels_are_refused(size, reason) -> None:
    with pytest.raises(NotHad, match=reason):
        cleaned(png(*size))


@given(st.sampled_from(sorted(SIZES)), st.data())
def test_damaged_bytes_are_a_picture_or_a_refusal(name, data) -> None:
    content = bytearray(SAMPLES[name])
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        bare = cleaned(bytes(content))
    except NotHad:
        return
    assert bare.media.width * bare.media.height <= limits.PICTURE_PIXELS
    assert len(bare.content) <= len(content) + 64


def box(name: bytes, *held: bytes) -> bytes:
    """A box of an AVIF."""
    content = b"".join(held)
    return struct.pack(">L", 8 + len(content)) + name + content


def avif(iloc: bytes) -> bytes:
    """An AVIF whose first item is Exif, and whose items are where this says."""
    named = box(b"infe", b"\2\0\0\0", b"\0\1\0\0", b"Exif\0")
    inside = [
        box(b"pitm", bytes(4), b"\0\1"),
        box(b"iinf", bytes(4), b"\0\1", named),
        box(b"iloc", iloc),
        box(
            b"iprp",
            box(b"ipco", box(b"ispe", bytes(4), struct.pack(">LL", 9, 9))),
            box(b"ipma", bytes(4), struct.pack(">LHBB", 1, 1, 1, 1)),
        ),
    ]
    return box(b"ftyp", b"avif\0\0\0\0avif") + box(b"meta", bytes(4), *inside)


def test_an_extent_of_notes_is_blanked_where_it_stands() -> None:
    told = avif(b"\0\0\0\0\x44\0\0\1\0\1\0\0\0\1" + struct.pack(">LL", 300, 6))
    told += box(b"mdat", b"x" * (292 - len(told)), b"SECRET", b"more")

    bare = cleaned(told)

    assert (bare.media.width, len(bare.content)) == (9, len(told))
    assert bare.content[300:].startswith(bytes(6) + b"more")
    assert told[300:].startswith(b"SECRETmore")


MB = 1_000_000
_AVIF = SAMPLES["notes.avif"]
HOSTILE = {
    "a jpeg of markers": b"\xff\xd8" + b"\xff\xe1\x00\x02" * (2 * MB),
    "a jpeg of fill bytes": b"\xff\xd8" + b"\xff" * (10 * MB),
    "a scan of escaped bytes": SAMPLES["gps.jpeg"][:-2] + b"\xff\x00" * (5 * MB),
    "a png of empty chunks": png()[:33] + chunk(b"tEXt", b"") * (MB // 2) + png()[33:],
    "a gif of single bytes": SAMPLES["moving.gif"][:-2] + b"\x01a" * (5 * MB),
    "a gif of extensions": SAMPLES["moving.gif"][:-1] + b"\x21\xfe\x00" * (3 * MB),
    "a webp of empty chunks": b"RIFF\x80\x96\x98\x00WEBP" + b"JUNK\0\0\0\0" * MB,
    "an avif of boxes": _AVIF + b"\0\0\0\x08free" * MB,
    "an avif of extents": avif(bytes(6) + b"\x03\xe8" + b"\0\2\0\0\xff\xff" * 1000),
    "an avif blanked many times": avif(
        b"\0\0\0\0\x44\0\0\x64" + (b"\0\1\0\0\0\1" + struct.pack(">LL", 0, 300)) * 100
    ),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_what_is_built_to_take_long_is_refused(content) -> None:
    with pytest.raises(NotHad, match="damaged"):
        cleaned(content)
