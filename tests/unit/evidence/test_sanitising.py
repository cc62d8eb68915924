"""What a reviewer opens was written by us: nothing hidden, active or locked survives."""

import io
import time
from typing import Any

import pikepdf
import pytest
from PIL import Image

from evidence.cleaning import MAX_PIXELS
from evidence.problems import FailedError, FileError, PasswordError
from evidence.sanitising import make_safe_copy
from evidence.sniffing import HEIC, JPEG, OFD, PDF, PNG, XML
from tests.factories import files


def _clean(content: bytes, media_type: str) -> bytes:
    copy = make_safe_copy(source=io.BytesIO(content), media_type=media_type)
    assert copy is not None
    with copy[0] as stream:
        return stream.read()


def test_a_photo_loses_its_place_and_camera() -> None:
    sent = files.jpeg(with_location=True)
    assert b"CanaryCamera" in sent
    kept = _clean(sent, JPEG)
    assert b"CanaryCamera" not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()


def test_a_photo_stands_upright() -> None:
    kept = Image.open(io.BytesIO(_clean(files.jpeg((40, 20), orientation=6), JPEG)))
    assert kept.size == (20, 40)


def test_what_hides_behind_a_picture_is_gone() -> None:
    kept = _clean(files.png() + b"PK\x03\x04<script>canary</script>", PNG)
    assert b"canary" not in kept


def test_a_picture_keeps_its_transparency_and_loses_its_words() -> None:
    from PIL.PngImagePlugin import PngInfo

    words = PngInfo()
    words.add_text("Comment", "canary")
    kept = _clean(files.png(pnginfo=words), PNG)
    assert b"canary" not in kept
    assert Image.open(io.BytesIO(kept)).mode == "RGBA"


def test_a_telephone_photo_becomes_a_jpeg() -> None:
    copy = make_safe_copy(source=io.BytesIO(files.heic()), media_type=HEIC)
    assert copy is not None
    assert copy[1] == JPEG
    with copy[0] as stream:
        assert Image.open(stream).size == (64, 48)


def test_a_paper_loses_scripts_and_attachments() -> None:
    with pikepdf.open(io.BytesIO(_clean(files.pdf(script=True), PDF))) as kept:
        assert "/OpenAction" not in kept.Root
        assert len(kept.attachments) == 0
        assert len(kept.pages) == 1


def test_a_paper_locked_only_against_changes_is_readable() -> None:
    with pikepdf.open(io.BytesIO(_clean(files.pdf(owner_password="bank"), PDF))) as kept:
        assert not kept.is_encrypted


@pytest.mark.parametrize("media_type", [OFD, XML])
def test_opaque_files_are_kept_as_they_are(media_type: str) -> None:
    content = {OFD: files.ofd(), XML: files.xml()}[media_type]
    assert make_safe_copy(source=io.BytesIO(content), media_type=media_type) is None


@pytest.mark.parametrize(
    ("content", "media_type", "error"),
    [
        (files.pdf(user_password="secret"), PDF, PasswordError),
        (b"%PDF-1.7 nothing that follows", PDF, FailedError),
        (files.pdf(pages=501), PDF, FailedError),
        (files.jpeg()[:200], JPEG, FailedError),
        (files.png((5001, 5000), "1"), PNG, FailedError),
        (files.png(), JPEG, FailedError),
        (files.xml("<a>" * 300 + "</a>" * 300), XML, FailedError),
        (files.xml("<a>&b;</a>", '<!DOCTYPE a [<!ENTITY b "c">]>'), XML, FailedError),
        (files.xml("<a/>", '<?xml-stylesheet href="http://x/"?>'), XML, FailedError),
        (files.xml('<h:html xmlns:h="http://www.w3.org/1999/xhtml"/>'), XML, FailedError),
        (files.xml("<a>"), XML, FailedError),
    ],
)
def test_what_cannot_be_made_safe_is_refused(content: bytes, media_type: str, error: type[FileError]) -> None:
    with pytest.raises(error):
        make_safe_copy(source=io.BytesIO(content), media_type=media_type)


def test_a_parser_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    program = tmp_path / "hang.py"
    program.write_text("while True: pass")
    monkeypatch.setattr("evidence.sanitising._PROGRAM", str(program))
    monkeypatch.setattr("evidence.sanitising.WALL_SECONDS", 1)
    started = time.monotonic()
    with pytest.raises(FailedError):
        _clean(files.pdf(), PDF)
    assert time.monotonic() - started < 5


def test_a_parser_that_eats_memory_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    program = tmp_path / "greedy.py"
    program.write_text(
        "import sys; sys.path.insert(0, {folder!r})\n"
        "import cleaning; cleaning.limit_process(); bytearray(cleaning.MAX_HEAP)".format(
            folder=str(__import__("evidence").__path__[0])
        )
    )
    monkeypatch.setattr("evidence.sanitising._PROGRAM", str(program))
    with pytest.raises(FailedError):
        _clean(files.pdf(), PDF)


def test_the_largest_photo_passes_within_the_limits() -> None:
    side = int(MAX_PIXELS**0.5)
    started = time.monotonic()
    kept = _clean(files.jpeg((side, side), orientation=6), JPEG)
    assert len(kept) > 0
    assert time.monotonic() - started < 10
