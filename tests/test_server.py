"""The server itself, as somebody on the network sees it."""

import psycopg2
import requests

from suite import modules


def test_the_server_says_that_it_is_well(server):
    assert requests.get(f"{server.url}/web/health", timeout=30).json() == {"status": "pass"}


def test_the_list_of_databases_is_closed(server):
    answer = requests.post(
        f"{server.url}/web/database/list",
        json={"jsonrpc": "2.0", "method": "call", "params": {}},
        timeout=30,
    )
    assert "error" in answer.json()


def test_a_demo_login_works_and_a_wrong_password_does_not(server):
    def login(password):
        params = {"db": server.database, "login": "admin", "password": password}
        answer = requests.post(
            f"{server.url}/web/session/authenticate",
            json={"jsonrpc": "2.0", "params": params},
            timeout=60,
        )
        return answer.json().get("result", {}).get("uid")

    assert login(server.logins["admin"])
    assert not login("wrong")


#: Required columns of ours on tables of Odoo's that have no default in the database.
WITHOUT_DEFAULT = """
    SELECT field.model || '.' || field.name
      FROM ir_model_fields field
      JOIN information_schema.columns col
        ON col.table_name = replace(field.model, '.', '_') AND col.column_name = field.name
     WHERE col.table_schema = 'public' AND col.is_nullable = 'NO' AND col.column_default IS NULL
       AND NOT EXISTS (SELECT FROM ir_model_data data WHERE data.model = 'ir.model.fields'
                          AND data.res_id = field.id AND data.module <> ALL(%(ours)s))
       AND EXISTS (SELECT FROM ir_model_data data WHERE data.model = 'ir.model'
                      AND data.res_id = field.model_id AND data.module <> ALL(%(ours)s))
"""


def test_apps_that_load_before_ours_may_create_rows_of_tables_that_ours_extend(server, settings):
    """They know nothing of our required fields; the database fills them in."""
    with psycopg2.connect(server.dsn) as connection, connection.cursor() as cursor:
        cursor.execute(WITHOUT_DEFAULT, {"ours": sorted(modules.scan(settings))})
        assert cursor.fetchall() == []
