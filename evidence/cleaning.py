"""The program that rewrites one untrusted file: run alone, limited, standard input to standard output.

It imports nothing of ours, so that what it parses meets no database, no key and no settings.
"""

import io
import os
import resource
import sys
import xml.parsers.expat
from typing import IO, Any, Final

EXIT_PASSWORD: Final = 10
EXIT_UNREADABLE: Final = 11
MAX_PIXELS: Final = 25_000_000
MAX_PAGES: Final = 500
MAX_OUTPUT: Final = 40 * 1024 * 1024
MAX_HEAP: Final = 256 * 1024 * 1024
MAX_CPU_SECONDS: Final = 10
MAX_OPEN_FILES: Final = 64
MAX_DRAWN: Final = 30
PAGE_WIDTH: Final = 1240
PAGE_HEIGHT: Final = 3000
_MAX_DEPTH: Final = 200
_QUALITY: Final = 90
_ORIENTATION: Final = 0x0112
# Orientation of the camera -> how Pillow turns the pixels upright.
_TURNS: Final = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}
_PAGES_OF_SCRIPTS: Final = frozenset({"html", "svg", "script", "stylesheet"})


class UnreadableError(Exception):
    """The file is broken, too large when unpacked, or not what it should be."""


class LockedError(Exception):
    """The file opens only with a password."""


def limit_process() -> None:
    """Take away what a parser never needs: memory, time, large files, core dumps."""
    limits = {
        resource.RLIMIT_DATA: MAX_HEAP,
        resource.RLIMIT_CPU: MAX_CPU_SECONDS,
        resource.RLIMIT_FSIZE: MAX_OUTPUT,
        resource.RLIMIT_NOFILE: MAX_OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for kind, value in limits.items():
        resource.setrlimit(kind, (value, value))


def clean_image(source: IO[bytes], target: IO[bytes], *, kind: str) -> None:
    """Decode and encode again: pixels survive, location and everything hidden does not."""
    from PIL import Image

    if kind == "heic":
        import pillow_heif

        pillow_heif.options.DECODE_THREADS = 1
        pillow_heif.register_heif_opener(thumbnails=False)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    image = Image.open(source, formats=["HEIF" if kind == "heic" else kind.upper()])
    if image.width * image.height > MAX_PIXELS:
        raise UnreadableError("too many pixels")
    turn = _TURNS.get(image.getexif().get(_ORIENTATION, 1))
    is_clear = kind == "png" and (image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info)
    image.load()
    mode = "RGBA" if is_clear else "RGB"
    pixels: Image.Image = image if image.mode == mode else image.convert(mode)
    # A large picture is held once, not twice.
    del image
    if turn is not None:
        pixels = pixels.transpose(Image.Transpose(turn))
    pixels.info.clear()
    if kind == "png":
        pixels.save(target, "PNG", compress_level=3)
    else:
        pixels.save(target, "JPEG", quality=_QUALITY)


def clean_pdf(source: IO[bytes], target: IO[bytes]) -> None:
    """Write the document anew without scripts, actions, attachments, media, XFA or a lock."""
    import pikepdf
    from pikepdf.sanitize import Sanitizer

    with open_pdf(source) as pdf:
        if not 1 <= len(pdf.pages) <= MAX_PAGES:
            raise UnreadableError("no pages, or too many")
        scrub = Sanitizer().remove_javascript().remove_external_access().remove_attachments()
        scrub = scrub.remove_multimedia().remove_collection().remove_private_app_data()
        scrub.remove_web_capture().remove_thumbnails().remove_search_index().apply(pdf)
        form = pdf.Root.get("/AcroForm")
        if isinstance(form, pikepdf.Dictionary) and "/XFA" in form:
            del form["/XFA"]
        pdf.save(target, encryption=False, compress_streams=False)


def draw_pages(source: IO[bytes], target: IO[bytes]) -> None:
    """Draw the first pages of a document, each as a length in four bytes and a JPEG of that length."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(source.read(), autoclose=True)
    except pypdfium2.PdfiumError as error:
        raise UnreadableError from error
    for number in range(min(len(document), MAX_DRAWN)):
        page = document[number]
        width, height = page.get_size()
        if min(width, height) <= 0:
            raise UnreadableError("a page without a size")
        picture = page.render(scale=min(PAGE_WIDTH / width, PAGE_HEIGHT / height)).to_pil()
        _put_page(picture, target)


def draw_picture(source: IO[bytes], target: IO[bytes]) -> None:
    """Draw a picture as the one page it is."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    picture = Image.open(source, formats=["JPEG", "PNG"])
    picture.draft("RGB", (PAGE_WIDTH, PAGE_HEIGHT))
    picture.thumbnail((PAGE_WIDTH, PAGE_HEIGHT))
    _put_page(picture, target)


def _put_page(picture: Any, target: IO[bytes]) -> None:
    drawn = io.BytesIO()
    flat = picture
    if picture.mode != "RGB":
        from PIL import Image

        flat = Image.new("RGB", picture.size, "white")
        flat.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    flat.save(drawn, "JPEG", quality=_QUALITY)
    content = drawn.getvalue()
    target.write(len(content).to_bytes(4, "big") + content)


def check_pdf(source: IO[bytes]) -> None:
    """Only find out whether the document opens without a password."""
    open_pdf(source).close()


def open_pdf(source: Any) -> Any:
    """The document, or LockedError or UnreadableError."""
    import pikepdf

    try:
        return pikepdf.open(source)
    except pikepdf.PasswordError as error:
        raise LockedError from error
    except pikepdf.PdfError as error:
        raise UnreadableError from error


def check_xml(source: IO[bytes]) -> None:
    """Refuse anything but plain data: no document type, entities, style sheets, pages or endless nesting."""
    depth = 0

    def refuse(*_anything: object) -> None:
        raise UnreadableError("not plain data")

    def enter(name: str, _attributes: object) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH or name.rpartition(" ")[2].lower() in _PAGES_OF_SCRIPTS:
            refuse()

    def leave(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = xml.parsers.expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ProcessingInstructionHandler = refuse
    parser.StartElementHandler = enter
    parser.EndElementHandler = leave
    parser.ParseFile(source)


def run(task: str, source: IO[bytes], target: IO[bytes]) -> int:
    """Do one task and say how it ended, as an exit code."""
    try:
        if task == "pdf":
            clean_pdf(source, target)
        elif task == "pdf-check":
            check_pdf(source)
        elif task == "pages":
            draw_pages(source, target)
        elif task == "picture":
            draw_picture(source, target)
        elif task == "xml":
            check_xml(source)
        else:
            clean_image(source, target, kind=task)
    except LockedError:
        return EXIT_PASSWORD
    except Exception:  # noqa: BLE001 - whatever a parser says about a hostile file, it cannot be read
        return EXIT_UNREADABLE
    target.flush()
    return 0


def main() -> None:
    """Read the file on standard input, write the clean copy to standard output."""
    limit_process()
    code = run(sys.argv[1], sys.stdin.buffer, sys.stdout.buffer)
    # Leave at once: no parser's clean-up runs after this.
    os._exit(code)


if __name__ == "__main__":
    main()
