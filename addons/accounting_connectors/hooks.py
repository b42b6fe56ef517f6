"""Module life cycle."""


def uninstall_hook(env):
    """Remove jobs that wait: they would look for models that are gone, again and again."""
    jobs = env["queue.job"].search(
        [("model_name", "=like", "accounting.%"), ("state", "!=", "done")]
    )
    jobs.unlink()
