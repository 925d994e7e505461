# SPDX-FileCopyrightText: 2026 The mailgen authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Between Ansible's data and mailgen's."""

from __future__ import annotations

import json

import pytest
from ansible.errors import AnsibleActionFail
from ansible.parsing.yaml.loader import AnsibleLoader
from ansible.utils.unsafe_proxy import wrap_var
from ansible_collections.mailgen.mail.plugins.plugin_utils import _bridge

DATA = {"users": [{"name": "ada", "port": 993, "on": True, "off": None, "ratio": 0.5}], "brace": "{{ x }}"}


def types(value):
    if isinstance(value, dict):
        return {name: types(item) for name, item in value.items()}
    if isinstance(value, list):
        return [types(item) for item in value]
    return type(value)


@pytest.mark.parametrize("given", [DATA, wrap_var(DATA), AnsibleLoader(json.dumps(DATA)).get_single_data()])
def test_plain_data_has_plain_types(given):
    assert _bridge.plain(given) == DATA
    assert types(_bridge.plain(given)) == types(DATA)


def test_an_older_mailgen_does_not_fit(monkeypatch):
    import mailgen

    _bridge.need_mailgen()
    monkeypatch.setattr(mailgen, "__version__", "0.0.9")
    with pytest.raises(AnsibleActionFail, match=r"mailgen 0\.0\.9 is too old"):
        _bridge.need_mailgen()


def test_equal_texts_travel_once():
    account = {"address": "ada@sohu.com", "targets": ["msmtp"]}
    users = {name: {"accounts": {"home": account}} for name in ("ada", "bob")}
    arguments = {
        "users": users,
        "defaults": {},
        "state": "present",
        "adopt": False,
        "backup": False,
        "purge": False,
        "missing_user": "fail",
        "on_obstacle": "skip_user",
        "user_timeout": 60,
        "validate": True,
    }
    order, plans = _bridge.work_order(arguments)
    assert [one.user for one in plans] == ["ada", "bob"]
    assert order["users"][0]["files"] == order["users"][1]["files"]
