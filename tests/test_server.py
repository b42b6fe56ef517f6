"""The server itself, as somebody on the network sees it."""

import requests


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
