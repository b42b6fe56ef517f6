"""The one command of the project: ``./suite``. Only the standard library is needed to run it."""
