"""``./suite bench``: runs the cases of tests/bench in the server's Python environment."""

import subprocess

from suite.errors import SuiteError

PREFIX = "bench_"


def run(settings, names, json_path):
    """Run cases and print their table.

    :param names: cases to run; empty for all
    :param json_path: file that receives the figures, or None
    :return: the exit code; 0 when every case could be measured with right answers
    """
    known = sorted(
        path.stem.removeprefix(PREFIX) for path in settings.tests.glob(f"bench/{PREFIX}*.py")
    )
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SuiteError(f"There is no case {unknown[0]}; there are: {', '.join(known)}.")
    words = [settings.venv_python, "-m", "bench", *(names or known)]
    if json_path:
        words += ["--json", json_path]
    environment = settings.child_environment(
        SUITE_DATA=settings.data,
        PYTHONPATH=f"{settings.project / 'tools'}:{settings.tests}",
        PYTHONUNBUFFERED=1,
    )
    return subprocess.run([str(word) for word in words], env=environment).returncode
