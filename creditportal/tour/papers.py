"""Papers to send as evidence: a real PDF and a real photo, made on the spot."""

import io

import pikepdf
from PIL import Image, ImageDraw

from creditportal.tour.browser import File


def make_pdf(title: str) -> File:
    """A one-page PDF with a line of text on it."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    page = pdf.pages[0]
    font = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
    )
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    page.Contents = pdf.make_stream(f"BT /F1 18 Tf 60 760 Td ({title}) Tj ET".encode("ascii", "replace"))
    target = io.BytesIO()
    pdf.save(target)
    return File(f"{title}.pdf", "application/pdf", target.getvalue())


def make_photo(title: str) -> File:
    """A PNG picture with a line of text on it."""
    picture = Image.new("RGB", (640, 400), "white")
    ImageDraw.Draw(picture).text((40, 40), title, fill="black")
    target = io.BytesIO()
    picture.save(target, "PNG")
    return File(f"{title}.png", "image/png", target.getvalue())
