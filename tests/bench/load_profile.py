"""Where the time of a loaded server goes, by samples taken from outside.

A sample counts for the innermost part of Odoo that was at work: a statement of the ORM waits in SQL, a
template that reads a field is in the ORM. It also counts for the innermost function of the suite that led
there, whatever part was at work. Time in which a worker waits for work is not counted; time in which it waits
for a processor is, where it was.
"""

import collections
import contextlib
import re
import subprocess

from suite import python_env

#: Samples a second of each process, and what takes them.
RATE = 100
PROFILER = "py-spy"
#: Parts of Odoo, by the file of a frame; the first that fits.
LAYERS = (
    ("SQL", re.compile(r"/odoo/sql_db\.py$|/psycopg2/")),
    ("templates", re.compile(r"/ir_qweb\w*\.py$|^<|/ir_ui_view\.py$|/assetsbundle\.py$")),
    ("ORM", re.compile(r"/odoo/(orm|models|fields|api|tools)\b")),
)  # fmt: skip
ADDON = re.compile(r"/addons/(?P<addon>\w+)/(?P<path>.+)\.py$")
FRAME = re.compile(r"(?P<function>.+) \((?P<file>.+)\)")
#: Functions around others, which every request passes; and the page to log in, where nobody loads the server.
AROUND = re.compile(r"(wrapper|<lambda>|_dispatch|_authenticate)$")
ENTRANCE = "web_login"


@contextlib.contextmanager
def watching(settings, process, seconds):
    """Take samples of a server and its workers for so long, while the caller makes them work.

    :return: a list that holds ``(count, [(file, function)])`` at the end, outermost first
    """
    venv = settings.data / "venv-profile"
    python_env.build(settings, venv, settings.config / "requirements-profile.txt", "profiler")
    samples, written = [], settings.run / "profile.txt"
    words = ["--pid", process, "--duration", seconds, "--rate", RATE, "--output", written]
    with subprocess.Popen(
        [venv / "bin" / PROFILER, "record", *map(str, words), "--format", "raw", "--subprocesses", "--idle",
         "--nolineno", "--full-filenames"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as profiler:  # fmt: skip
        yield samples
        try:
            told, _ = profiler.communicate(timeout=10 * seconds)
        finally:
            profiler.kill()  # nothing where it has ended
    assert profiler.returncode == 0, told[-2000:]
    samples += parse(written.read_text(encoding="utf-8"))


def parse(text):
    """Return samples of requests, but for people's first one.

    >>> parse("run (/x/a.py);serve (/x/odoo/http.py) 3\\nrun (/x/a.py) 9")
    [(3, [('/x/a.py', 'run'), ('/x/odoo/http.py', 'serve')])]
    """
    samples = []
    for line in text.splitlines():
        frames, _, count = line.rpartition(" ")
        stack = [
            (found["file"], found["function"])
            for frame in frames.split(";")
            if (found := FRAME.fullmatch(frame))
        ]
        served = any(file.endswith("/odoo/http.py") for file, _function in stack)
        if served and not any(function.endswith(ENTRANCE) for _file, function in stack):
            samples.append((int(count), stack))
    return samples


def find_part(stack, own):
    """Return the part of Odoo that was at work.

    >>> find_part([("/x/odoo/http.py", "serve"), ("/x/odoo/sql_db.py", "execute")], set())
    'SQL'
    >>> find_part([("/x/addons/b2b_portal/models/a.py", "f")], {"b2b_portal"})
    'the suite'
    """
    for file, _function in reversed(stack):
        for name, pattern in LAYERS:
            if pattern.search(file):
                return name
        if found := ADDON.search(file):
            return "the suite" if found["addon"] in own else "Odoo's modules"
        if "/odoo/" in file:
            return "server"
    return "server"


def find_page(stack):
    """Return which controller was at work; most templates are made after it, of all pages alike."""
    for file, function in reversed(stack):
        found = ADDON.search(file)
        if found and found["path"].startswith("controllers/") and not AROUND.search(function):
            return f"{found['addon']}: {function}"
    return "templates, sessions, routes"


def find_function(stack, own):
    """Return the innermost function of the suite that led to where a sample was taken, or ``None``."""
    for file, function in reversed(stack):
        found = ADDON.search(file)
        if found and found["addon"] in own and not AROUND.search(function):
            return f"{found['addon']}/{found['path']}.{function}"
    return None


def describe(settings, samples):
    """Return a table of the parts of each page, in percent, and the suite's busiest functions."""
    own = {path.name for path in settings.addons.iterdir()}
    parts, functions = collections.defaultdict(collections.Counter), collections.Counter()
    for count, stack in samples:
        parts[find_page(stack)][find_part(stack, own)] += count
        functions[find_function(stack, own)] += count
    total = sum(functions.values())
    names = [*(name for name, _pattern in LAYERS), "the suite", "Odoo's modules", "server"]
    lines = ["", f"{'where the time goes, %':<44}{'all':>5}" + "".join(f"{name:>16}" for name in names)]  # fmt: skip
    for page, counted in sorted(parts.items(), key=lambda one: -one[1].total()):
        shares = "".join(f"{100 * counted[name] / counted.total():>16.0f}" for name in names)
        if counted.total() >= total / 100:
            lines.append(f"{page:<44}{100 * counted.total() / total:>5.0f}{shares}")
    functions.pop(None, None)
    lines += ["", "of all of it in the suite's functions, with what they call:"]
    lines += [f"{100 * count / total:>6.1f} %  {name}" for name, count in functions.most_common(12)]
    return "\n".join(lines)
