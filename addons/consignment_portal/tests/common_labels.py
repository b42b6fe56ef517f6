"""Reading labels back: what a scanner and a printer would make of them."""

import re
import subprocess
import tempfile
from pathlib import Path

FIELD = re.compile(r"\^FO(\d+),(\d+)(.*?)\^FD(.*?)\^FS", re.DOTALL)


def scan_pdf(pdf, resolution=300):
    """Return the texts that a decoder finds on the pages of a PDF as a printer prints them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "file.pdf")
        path.write_bytes(pdf)
        target = str(Path(folder, "page"))
        subprocess.run(["pdftoppm", "-r", str(resolution), "-png", str(path), target], check=True)
        pages = sorted(map(str, Path(folder).glob("page*.png")))
        printed = subprocess.run(
            # The exit code is not zero where a picture has no code: an empty answer says that, too.
            ["zbarimg", "--quiet", "--raw", *pages],
            check=False,
            capture_output=True,
            text=True,
        ).stdout
    return printed.splitlines()


def parse_zpl(text):
    """Return a dict for each label of a ZPL file: its size in dots, encoding and fields.

    A field is ``{command: data}`` as a printer would take it: codes after ``^FH_`` are resolved.
    """
    result = []
    for body in re.findall(r"\^XA(.*?)\^XZ", text, re.DOTALL):
        fields = []
        for x, y, commands, data in FIELD.findall(body):
            if "^FH_" in commands:
                data = re.sub(r"_([0-9A-F]{2})", lambda code: chr(int(code[1], 16)), data)
            kind = re.search(r"\^(A0|BE|BQ)", commands)[1]
            fields.append({"x": int(x), "y": int(y), "kind": kind, "data": data})
        width, height = (int(re.search(rf"\^{name}(\d+)", body)[1]) for name in ("PW", "LL"))
        result.append({"width": width, "height": height, "utf8": "^CI28" in body, "fields": fields})
    return result
