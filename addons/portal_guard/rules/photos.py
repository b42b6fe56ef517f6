"""Pictures that customers send: judged by their content, never by their name. No Odoo here."""

import io
import struct

from PIL import Image, ImageOps
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

#: 5 MB, and 40 megapixels: a telephone's largest picture, and no more memory than that takes.
MAX_BYTES, MAX_PIXELS = 5 * 1024 * 1024, 40_000_000
#: What Pillow raises for broken pictures, and for broken notes of the camera inside of sound ones.
BROKEN = (ArithmeticError, IndexError, KeyError, OSError, SyntaxError, TypeError, struct.error)
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
    except (*BROKEN, ValueError) as error:
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


def is_heic(content):
    """Tell whether bytes are a picture in the format that iPhones keep.

    >>> is_heic(b"\\0\\0\\0\x18ftypheic\\0\\0"), is_heic(b"\\0\\0\\0\x18ftypisom"), is_heic(b"")
    (True, False, False)
    """
    return content[4:8] == b"ftyp" and content[8:12] in (
        b"heic",
        b"heix",
        b"hevc",
        b"mif1",
        b"msf1",
    )


def shrink(content, side):
    """Return a picture as a JPEG of its pixels only: turned upright, without any other data.

    Where it was taken, and with what, is written into photos by telephones; it is not kept.

    :param side: width and height, in pixels, at most
    :raise PhotoError: see :func:`check`

    >>> small = Image.open(io.BytesIO(shrink(_picture("PNG", (80, 20)), 40)))
    >>> small.format, small.size, dict(small.getexif())
    ('JPEG', (40, 10), {})
    >>> shrink(b"<svg/>", 40)
    Traceback (most recent call last):
    ...
    odoo.addons.portal_guard.rules.photos.PhotoError: kind
    """
    check(content)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            # A JPEG is read at a fraction of its size where that is enough: less time and memory.
            picture.draft("RGB", (side, side))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((side, side))
            return _make_jpeg(upright)
    except (*BROKEN, ValueError):
        raise PhotoError("kind") from None


def _make_jpeg(picture):
    """Return a JPEG; what is transparent becomes white.

    >>> deep = Image.new("I;16", (2, 2), 128 * 256)
    >>> Image.open(io.BytesIO(_make_jpeg(deep))).getpixel((0, 0))
    (128, 128, 128)
    """
    if picture.mode.startswith("I"):
        # 16 bits of grey: Pillow would cut them off, and nearly all of it became white.
        picture = picture.point(lambda value: value * (1 / 256)).convert("L")
    whole = picture.convert("RGBA")
    ground = Image.new("RGB", whole.size, "white")
    ground.paste(whole, mask=whole.getchannel("A"))
    buffer = io.BytesIO()
    ground.save(buffer, JpegImageFile.format, quality=85, optimize=True)
    return buffer.getvalue()


def _picture(kind, size=(4, 3)):
    buffer = io.BytesIO()
    Image.new("1" if kind == "PNG" else "RGB", size).save(buffer, kind)
    return buffer.getvalue()
