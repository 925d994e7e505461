# SPDX-FileCopyrightText: 2026 The mailgen authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters: the files of a household as data, and the packages that its clients come in."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from ansible_collections.mailgen.mail.plugins.plugin_utils import _bridge


def render(household: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the files of {defaults: ..., accounts: ...} with their contents, which may hold secrets."""
    _bridge.need_mailgen()
    from mailgen.api import plan
    from mailgen.core.errors import MailgenError

    try:
        files = plan(_bridge.plain(household))
    except MailgenError as error:
        raise _bridge.refusal(error) from None
    return [
        {
            "path": file.path,
            "mode": f"{file.mode:04o}",
            "content": file.text,
            **_bytes(file),
            "target": file.target,
            "accounts": list(file.accounts),
            "holds_secret": file.holds_secret,
        }
        for file in files
    ]


def _bytes(file: Any) -> dict[str, str]:
    """Return what is in a file that is no text, as data."""
    binary = getattr(file, "binary", None)
    return {} if binary is None else {"content_base64": base64.b64encode(binary).decode()}


class FilterModule:
    """What Jinja2 is given."""

    def filters(self) -> dict[str, Any]:
        """Return the filter by name."""
        return {"render": render}
