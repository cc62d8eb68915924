"""A file is what its content says."""

import io

import pytest

from evidence.problems import FailedError, FileError, PasswordError, WrongTypeError
from evidence.sniffing import HEIC, JPEG, OFD, PDF, PNG, XML, sniff
from tests.factories import files


def _locked_ofd() -> bytes:
    archive = bytearray(files.ofd())
    archive[archive.find(b"PK\x01\x02") + 8] |= 1
    return bytes(archive)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (files.pdf(), PDF),
        (files.jpeg(), JPEG),
        (files.png(), PNG),
        (files.heic(), HEIC),
        (files.ofd(), OFD),
        (files.xml(), XML),
        (b"\xef\xbb\xbf" + files.xml(), XML),
    ],
)
def test_every_accepted_type_is_known(content: bytes, media_type: str) -> None:
    assert sniff(io.BytesIO(content)) == media_type


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"plain words", WrongTypeError),
        (b"<html><script>alert(1)</script>", WrongTypeError),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', WrongTypeError),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', WrongTypeError),
        (b"GIF89a" + bytes(40), WrongTypeError),
        (b"MZ" + bytes(200), WrongTypeError),
        (b"#!/bin/sh\nrm -rf /", WrongTypeError),
        (b"junk before %PDF-1.7", WrongTypeError),
        (files.EICAR, WrongTypeError),
        (files.ofd({"word/document.xml": b"<w/>"}), WrongTypeError),
        (b"PK\x03\x04" + bytes(100), FailedError),
        (files.ofd({"OFD.xml": b"<o/>", "../../evil": b"x"}), FailedError),
        (files.ofd(unpacked=201 * 1024 * 1024), FailedError),
        (_locked_ofd(), PasswordError),
    ],
)
def test_everything_else_is_refused_in_its_own_words(content: bytes, error: type[FileError]) -> None:
    with pytest.raises(error):
        sniff(io.BytesIO(content))
