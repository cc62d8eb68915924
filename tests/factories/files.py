"""Files as people send them, and as attackers do."""

import io
import zipfile
from typing import Any

import pikepdf
from PIL import Image


def jpeg(size: tuple[int, int] = (40, 30), *, with_location: bool = False, orientation: int = 1) -> bytes:
    """A photo, with the place it was taken in its hidden part if asked for."""
    image = Image.new("RGB", size, (200, 30, 30))
    exif = image.getexif()
    exif[0x0112] = orientation
    if with_location:
        exif[0x010F] = "CanaryCamera"
        exif.get_ifd(0x8825)[1] = "N"
    target = io.BytesIO()
    image.save(target, "JPEG", exif=exif)
    return target.getvalue()


def png(size: tuple[int, int] = (40, 30), mode: str = "RGBA", **info: Any) -> bytes:
    """A picture."""
    target = io.BytesIO()
    Image.new(mode, size).save(target, "PNG", **info)
    return target.getvalue()


def heic(size: tuple[int, int] = (64, 48)) -> bytes:
    """A photo from a telephone."""
    import pillow_heif

    target = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", size, (30, 200, 30))).save(target)
    return target.getvalue()


def pdf(*, user_password: str = "", owner_password: str = "", script: bool = False, pages: int = 1) -> bytes:
    """A paper; locked or with a script and an attachment if asked for."""
    document = pikepdf.new()
    for _number in range(pages):
        document.add_blank_page(page_size=(200, 200))
    if script:
        action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('canary')")
        document.Root.OpenAction = document.make_indirect(action)
        document.attachments["canary.txt"] = b"canary"
    target = io.BytesIO()
    if user_password or owner_password:
        lock = pikepdf.Encryption(user=user_password, owner=owner_password or user_password)
        document.save(target, encryption=lock)
    else:
        document.save(target)
    return target.getvalue()


def ofd(entries: dict[str, bytes] | None = None, *, unpacked: int = 0) -> bytes:
    """A Chinese e-document: a ZIP archive with OFD.xml."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (entries or {"OFD.xml": b"<ofd/>"}).items():
            archive.writestr(name, content)
        if unpacked:
            archive.writestr("bomb.xml", bytes(unpacked))
    return target.getvalue()


def xml(body: str = "<invoice><total>1.00</total></invoice>", head: str = "") -> bytes:
    """An e-invoice."""
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}{body}'.encode()


EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
