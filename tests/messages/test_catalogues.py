"""Every language says everything, and what runs is what its translators wrote."""

import json
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from corrections_app import language
from tests.messages import catalogues, extraction

LANGUAGES = catalogues.LANGUAGES


@pytest.fixture(scope="module")
def template() -> Catalog:
    return extraction.template()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_is_translated_as_it_must_be(lang: str, template: Catalog) -> None:
    catalog = catalogues.read(lang)
    said = {message.id for message in catalog if message.id}
    asked = {message.id for message in template if message.id}
    assert said == asked, "make messages"
    assert list(catalogues.faults(lang, catalog)) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_runs_is_what_was_written(lang: str) -> None:
    path = catalogues.source_of(lang)
    assert path.read_bytes() == catalogues.as_po(catalogues.read(lang)), "make messages"
    assert path.with_suffix(".mo").read_bytes() == catalogues.as_mo(lang), "make messages"


def test_days_and_numbers_are_those_of_cldr() -> None:
    kept = json.loads((language.FOLDER / "formats.json").read_text())
    assert kept == {lang: catalogues.formats(lang) for lang in ("en", *LANGUAGES)}


@pytest.mark.parametrize(
    ("one", "said", "many", "fault"),
    [
        ("Hello %(name)s", "Вітаємо, %(name)s", "", ""),
        ("Hello %(name)s", "Вітаємо", "", "its placeholders differ"),
        ("Hello", "Вітаємо, %(name)s", "", "its placeholders differ"),
        ("Press <kbd>A</kbd>", "Натисніть A", "", "its tags differ"),
        (" and", "та", "", "blanks around it differ"),
        ("Hello", "", "", "is not translated"),
        ("%(num)s day", ("%(num)s день", "%(num)s дні"), "%(num)s days", "needs 3 plural forms"),
        ("%(num)s day", ("%(num)s день", "%(num)s дні", ""), "%(num)s days", "is not translated"),
        ("%(num)s day", ("день", "%(num)s дні", "%(num)s днів"), "%(num)s days", ""),
    ],
)
def test_what_is_wrong_with_a_translation_is_said(
    one: str, said: str | tuple[str, ...], many: str, fault: str
) -> None:
    catalog = Catalog(locale="uk")
    catalog.add((one, many) if many else one, said)
    found = list(catalogues.faults("uk", catalog))
    assert bool(found) == bool(fault)
    assert all(fault in each for each in found)


def test_a_message_that_went_away_goes_and_a_new_one_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "FOLDER", tmp_path)
    old, new = Catalog(), Catalog()
    for catalog, words in ((old, ["Kept", "Gone"]), (new, ["Kept", "New"])):
        for each in words:
            catalog.add(each)
    catalogues.update(old)
    kept = catalogues.read("uk")
    kept["Kept"].string = "Лишилося"
    catalogues.source_of("uk").write_bytes(catalogues.as_po(kept))
    catalogues.update(new)
    found = {message.id: message.string for message in catalogues.read("uk") if message.id}
    assert found == {"Kept": "Лишилося", "New": ""}
