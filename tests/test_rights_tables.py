"""The tables of who may do what tell each thing that is missing, gone or different. Of the tables themselves."""

import pytest
import rights_tables

NAMES = ("files.txt", "methods.txt", "models.txt", "reports.txt", "routes.txt")


@pytest.mark.parametrize("name", NAMES)
def test_a_table_is_whole_and_without_wildcards(name):
    table, problems = rights_tables.read(name)
    assert not problems
    assert len(table) > 5
    cells = {cell for row in table.values() for cell in row.values()}
    assert not any("*" in text or "?" in text for text in {*table, *cells})


def test_what_has_no_row_what_is_gone_and_what_differs_is_told():
    table, _ = rights_tables.read("models.txt")
    assert rights_tables.compare("models.txt", table) == []
    found = {name: dict(row) for name, row in table.items()}
    found["new.model"] = found.pop("loyalty.account")
    found["b2b.member"]["stranger"] = "r---"
    assert rights_tables.compare("models.txt", found) == [
        "models.txt: new.model has no row",
        "models.txt: loyalty.account is gone",
        "models.txt: b2b.member, stranger: expected ----, got r---",
    ]


def test_a_row_that_stands_twice_or_lacks_a_cell_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(rights_tables, "FOLDER", tmp_path)
    (tmp_path / "x.txt").write_text("thing a b\none - -\none - -\ntwo -\n", encoding="utf-8")
    _table, problems = rights_tables.read("x.txt")
    assert problems == ["x.txt: one has two rows", "x.txt: two has 1 cells for 2 columns"]
