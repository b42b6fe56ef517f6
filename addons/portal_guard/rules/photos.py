"""Pictures that customers send: judged by their content, never by their name. No Odoo here."""

import io

from PIL import Image, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

#: 5 MB, and 40 megapixels: a telephone's largest picture, and no more memory than that takes.
MAX_BYTES, MAX_PIXELS = 5 * 1024 * 1024, 40_000_000
#: Named by their readers: Odoo keeps Pillow from finding readers by itself.
FORMATS = tuple(reader.format for reader in (JpegImageFile, PngImageFile, WebPImageFile))


class PhotoError(ValueError):
    """A file that is no acceptable picture; ``code`` says why."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def check(content):
    """Check that bytes are a picture.

    :raise PhotoError: ``large`` (bytes or pixels), ``kind`` (no JPEG, PNG or WebP, or broken)

    >>> check(_picture("PNG")), check(_picture("JPEG")), check(_picture("WEBP"))
    (None, None, None)
    >>> [refusal(content) for content in (b"", b"%PDF-1.4", b"<svg/>", _picture("GIF"))]
    ['kind', 'kind', 'kind', 'kind']
    >>> refusal(_picture("PNG")[:40]), refusal(b"x" * (MAX_BYTES + 1))
    ('kind', 'large')
    >>> refusal(_picture("PNG", (8000, 5001)))
    'large'
    """
    if len(content) > MAX_BYTES:
        raise PhotoError("large")
    try:
        # Opening reads the head only; nothing is unpacked before the size is known.
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise PhotoError("large")
            picture.verify()
    except Image.DecompressionBombError:
        raise PhotoError("large") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        if isinstance(error, PhotoError):
            raise
        raise PhotoError("kind") from None


def refusal(content):
    """Return the code with which a file is refused, None when it is a picture."""
    try:
        check(content)
    except PhotoError as error:
        return error.code
    return None


def _picture(kind, size=(4, 3)):
    buffer = io.BytesIO()
    Image.new("1" if kind == "PNG" else "RGB", size).save(buffer, kind)
    return buffer.getvalue()
