import io
import subprocess
import tempfile
from pathlib import Path

from PIL import Image
from pypdf import PdfReader


def run(*words):
    """Run a program and return what it prints; a missing program is a failure."""
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def read_picture(data):
    """Return ``{(symbology, text)}`` that a decoder finds in a picture."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "picture.png")
        path.write_bytes(data)
        return _decode([path])


def read_pages(pdf, resolution=300):
    """Return what a decoder finds on the pages of a PDF as a printer prints them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "file.pdf")
        path.write_bytes(pdf)
        run("pdftoppm", "-r", str(resolution), "-png", str(path), str(Path(folder, "page")))
        return _decode(sorted(Path(folder).glob("page*.png")))


def _decode(paths):
    printed = subprocess.run(
        # The exit code is not zero where a picture has no code: an empty answer says that, too.
        ["zbarimg", "--quiet", *map(str, paths)],
        check=False,
        capture_output=True,
        text=True,
    ).stdout
    return {tuple(line.split(":", 1)) for line in printed.splitlines()}


def page_sizes(pdf):
    """Return the sizes of all pages, in millimetres."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return [
        (float(page.mediabox.width) / 72 * 25.4, float(page.mediabox.height) / 72 * 25.4)
        for page in pages
    ]


def words(pdf):
    """Return the text of a PDF."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def logo(colour="red", size=(300, 100)):
    """Return the bytes of a picture."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()
