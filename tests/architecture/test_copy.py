"""Every text stands in both languages, in the wording and the punctuation that the house has agreed."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
import pytest
import yaml
from django.conf import settings

from core.wording_rules import (
    ASCII_BESIDE_CHINESE,
    CJK,
    FORBIDDEN_EN,
    FORBIDDEN_ZH,
    LOUD,
    long_chinese,
    long_english,
    placeholders,
)
from creditportal.wording import list_wordings, wordings_of_template

ROOT = Path(settings.BASE_DIR)
PO = ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"


def po_pairs() -> list[tuple[str, str]]:
    """English and Chinese of each entry of the catalogue of messages."""
    entries = polib.pofile(str(PO))
    return [
        (entry.msgid_plural or entry.msgid, entry.msgstr or entry.msgstr_plural.get(0, ""))
        for entry in entries
    ]


def yaml_pairs() -> list[tuple[str, str]]:
    """English and Chinese of each bilingual text of the YAML catalogues."""
    documents = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in ROOT.glob("catalogue/*.yaml")]
    return [pair for document in documents for pair in _bilingual(document)]


def _bilingual(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        # Words that a law prescribes stand as the law has them.
        if isinstance(node.get("zh"), str) and isinstance(node.get("en"), str) and not node.get("exact"):
            yield node["en"], node["zh"]
        for value in node.values():
            yield from _bilingual(value)
    elif isinstance(node, list):
        for value in node:
            yield from _bilingual(value)


def test_a_text_handed_to_another_template_is_found() -> None:
    """What an include or a with is given counts as shown."""
    source = "{% with a=_('Some words') %}{% include 'x.html' with b=_(\"Other words\") %}{% endwith %}"
    found = {item.singular for item in wordings_of_template(source)}
    assert found == {"Some words", "Other words"}


def test_every_text_is_in_the_chinese_catalogue() -> None:
    """A text that code or a template shows has a Chinese entry."""
    known = {(entry.msgctxt or "", entry.msgid) for entry in polib.pofile(str(PO)) if not entry.obsolete}
    missing = [item.singular for item in list_wordings(ROOT) if (item.context, item.singular) not in known]
    assert missing == []


def test_no_entry_is_empty_or_fuzzy() -> None:
    """An entry that stands in the catalogue is translated and reviewed."""
    entries = polib.pofile(str(PO))
    assert [entry.msgid for entry in entries if entry.fuzzy] == []
    assert [entry.msgid for entry in entries if not (entry.msgstr or entry.msgstr_plural.get(0))] == []


@pytest.mark.parametrize("pairs", [po_pairs, yaml_pairs])
def test_both_languages_carry_the_same_placeholders(pairs: Any) -> None:
    """Whatever number a text names, it names in both languages."""
    differing = [(en, zh) for en, zh in pairs() if placeholders(en) != placeholders(zh)]
    assert differing == []


@pytest.mark.parametrize("pairs", [po_pairs, yaml_pairs])
def test_chinese_uses_full_width_punctuation(pairs: Any) -> None:
    """No ASCII punctuation stands beside a Chinese character."""
    assert [zh for _en, zh in pairs() if ASCII_BESIDE_CHINESE.search(zh)] == []


def test_the_catalogue_reads_well_as_a_file() -> None:
    """Chinese in a YAML file is quoted, so that no comma or colon of the format stands against it."""
    unquoted = re.compile(rf"[{CJK}][,:;?!()]|[,:;?!(][{CJK}]")
    lines = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in ROOT.glob("catalogue/**/*.yaml")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if unquoted.search(line)
    ]
    assert lines == []


@pytest.mark.parametrize("pairs", [po_pairs, yaml_pairs])
def test_no_forbidden_word_is_shown(pairs: Any) -> None:
    """Words that blame or hide are absent in both languages."""
    assert [zh for _en, zh in pairs() if any(word in zh for word in FORBIDDEN_ZH)] == []
    assert [en for en, _zh in pairs() if FORBIDDEN_EN.search(en)] == []


@pytest.mark.parametrize("pairs", [po_pairs, yaml_pairs])
def test_sentences_are_short(pairs: Any) -> None:
    """At most 35 Chinese characters or 20 English words stand between two stops."""
    assert [part for _en, zh in pairs() for part in long_chinese(zh)] == []
    assert [part for en, _zh in pairs() for part in long_english(en)] == []


@pytest.mark.parametrize("pairs", [po_pairs, yaml_pairs])
def test_nobody_is_shouted_at(pairs: Any) -> None:
    """No exclamation mark, and never "the system" as somebody who acts."""
    assert [text for pair in pairs() for text in pair if LOUD.search(text)] == []


def test_the_lint_itself_can_fail() -> None:
    """The patterns find what they are there to find."""
    assert long_chinese("\u6211" * 36)
    assert long_english("word " * 21)
    assert ASCII_BESIDE_CHINESE.search("\u60a8\u597d,\u8bf7")
    assert not ASCII_BESIDE_CHINESE.search("\u60a8\u597d\uff0c\u8bf7")
    assert FORBIDDEN_EN.search("Your request was rejected")


def test_words_are_called_by_names_that_the_extraction_knows() -> None:
    aliased = re.compile(r"import [np]*gettext\w* as (?!_\b)\w+")
    every = ROOT.glob("[a-z]*/**/*.py")
    files = [path for path in every if path.relative_to(ROOT).parts[0] not in {"tests", "var"}]
    assert len(files) > 300
    found = [path.name for path in files if aliased.search(path.read_text(encoding="utf-8"))]
    assert found == [], "such words never reach the translators: use gettext or _"


def test_words_of_templates_hold_no_percent_sign() -> None:
    plain = re.compile(r'{% translate "[^"]*%[^"]*"')
    pages = {path.name: path.read_text(encoding="utf-8") for path in ROOT.glob("templates/**/*.html")}
    found = [name for name, words in pages.items() if plain.search(words)]
    assert found == [], "Django looks such words up with the sign doubled, so their Chinese is never found"
