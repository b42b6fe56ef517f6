"""The providers' published contracts, made strict, and requests held against them.

The contracts are no part of this project: their folder is named by ``CONTRACTS_DIR``, and lies beside
the project otherwise. Where it is missing, tests that need it are skipped, saying so.
"""

import copy
import dataclasses
import functools
import json
import os
import re
import unittest
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from openapi_schema_validator import OAS30WriteValidator, oas30_format_checker

PROJECT = Path(__file__).resolve().parents[1]
METHODS = {"get", "put", "post", "delete"}


def get_folder():
    """Return the folder of the published contracts.

    :raise unittest.SkipTest: it is not there; says what to do about it
    """
    folder = Path(os.environ.get("CONTRACTS_DIR") or PROJECT.parent / "shared" / "contracts")
    if not folder.is_dir():
        raise unittest.SkipTest(
            f"{folder} is no folder: set CONTRACTS_DIR to that of the providers' contracts."
        )
    return folder


@dataclasses.dataclass(frozen=True)
class Quirks:
    """In what a published contract is not complete.

    :ivar undeclared: parameters that its text describes and its lists leave out
    :ivar elsewhere: beginnings of paths that belong to another host, and to no contract
    """

    undeclared: frozenset = frozenset()
    elsewhere: tuple = ()


QUIRKS = {
    "fortnox": Quirks(frozenset({"page", "limit", "offset"}), ("/oauth-v1/",)),
    "tripletex": Quirks(),
}


@functools.cache
def load(provider):
    """Return the :class:`Contract` of a provider."""
    text = (get_folder() / provider / "openapi.json").read_text(encoding="utf-8")
    return Contract(json.loads(text), QUIRKS[provider])


class Contract:
    """A published OpenAPI document, made strict.

    :param published: its content
    """

    def __init__(self, published, quirks):
        self.quirks = quirks
        self.components = copy.deepcopy(published["components"])
        for schema in self.components["schemas"].values():
            # said of a whole record, it would forbid to name one by its ID
            schema.pop("readOnly", None)
            _close(schema)
        self.base = urlsplit(published["servers"][0]["url"]).path.rstrip("/")
        self.operations = [
            (_pattern(self.base + path), "{" in path, method.upper(), operation)
            for path, operations in published["paths"].items()
            for method, operation in operations.items()
            if method in METHODS
        ]

    def find_problems(self, entry):
        """Yield what is wrong with a request, a sentence each.

        :param entry: of a stand-in's log: method, path, query, headers, body
        """
        if entry["path"].startswith(self.quirks.elsewhere):
            return
        found = self._find_operation(entry)
        if not found:
            yield f"{entry['method']} {entry['path']} is in no contract"
            return
        operation, values = found
        for problem in (
            *self._check_parameters(operation, entry["query"], values),
            *self._check_fields(operation, entry["query"]),
            *self._check_body(operation, entry),
        ):
            yield f"{entry['method']} {entry['path']}: {problem}"

    def _find_operation(self, entry):
        found = [
            (is_template, operation, match.groupdict())
            for pattern, is_template, method, operation in self.operations
            if method == entry["method"] and (match := pattern.fullmatch(entry["path"]))
        ]
        # a path that is written out goes before one with a place in it
        return min(found, key=lambda one: one[0])[1:] if found else None

    def _check_parameters(self, operation, query, values):
        declared = {(one["in"], one["name"]): one for one in operation.get("parameters", ())}
        given = {("path", name): value for name, value in values.items()}
        given |= {("query", name): value for name, value in parse_qsl(query, True)}
        for (place, name), value in given.items():
            if parameter := declared.get((place, name)):
                yield from self._validate(_typed(value, parameter["schema"]), parameter["schema"])
            elif name not in self.quirks.undeclared:
                yield f"no parameter {name}"
        for (_place, name), parameter in declared.items():
            if parameter.get("required") and (parameter["in"], name) not in given:
                yield f"lacks the parameter {name}"

    def _check_fields(self, operation, query):
        """Yield the names in a ``fields`` filter that the answer does not have."""
        if fields := dict(parse_qsl(query)).get("fields"):
            content = operation["responses"]["200"]["content"]
            answer = self._resolve(next(iter(content.values()))["schema"])["properties"]
            record = answer["value"] if "value" in answer else answer["values"]
            yield from self._check_names(fields, record)

    def _check_names(self, fields, schema):
        path, last = [schema], None
        for name, mark in re.findall(r"([\w*]*)([,()]?)", fields):
            if name:
                known = self._resolve(path[-1]).get("properties", {})
                last = known.get(name)
                if last is None and name != "*":
                    yield f"no field {name}"
                    last = {}
            if mark == "(":
                path.append(last)
            elif mark == ")":
                path.pop()

    def _resolve(self, schema):
        while "$ref" in schema or "items" in schema:
            if "items" in schema:
                schema = schema["items"]
            else:
                schema = self.components["schemas"][schema["$ref"].rpartition("/")[2]]
        return schema

    def _check_body(self, operation, entry):
        content = operation.get("requestBody", {}).get("content")
        if not content:
            if entry["body"]:
                yield "has a body, and none is taken"
            return
        ((media_type, declared),) = content.items()
        headers = {name.lower(): value for name, value in entry["headers"].items()}
        if media_type not in ("*/*", headers.get("content-type")):
            yield f"is no {media_type}"
        try:
            body = json.loads(entry["body"])
        except ValueError:
            yield "has no body that is JSON"
            return
        yield from self._validate(body, declared["schema"])

    def _validate(self, value, schema):
        schema = copy.deepcopy(schema)
        _close(schema)
        validator = OAS30WriteValidator(
            {"allOf": [schema], "components": self.components}, format_checker=oas30_format_checker
        )
        for error in validator.iter_errors(value):
            yield f"{error.json_path}: {error.message}"


def _close(schema):
    """Let objects have the properties that are named, and no others."""
    if isinstance(schema, dict):
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
        for part in schema.values():
            _close(part)
    elif isinstance(schema, list):
        for part in schema:
            _close(part)


def _pattern(path):
    """Return a regular expression for a path with places such as ``{id}``."""
    parts = re.split(r"\{(\w+)\}", path)
    return re.compile(
        "".join(
            f"(?P<{part}>[^/]+)" if index % 2 else re.escape(part)
            for index, part in enumerate(parts)
        )
    )


def _typed(value, schema):
    """Return a parameter's text as the type it stands for, the text itself where it does not."""
    if schema.get("type") == "boolean":
        return {"true": True, "false": False}.get(value, value)
    if schema.get("type") in ("integer", "number"):
        try:
            return int(value) if schema["type"] == "integer" else float(value)
        except ValueError:
            return value
    return value
