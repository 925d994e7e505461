# SPDX-FileCopyrightText: 2026 The mailgen authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""provider_info: looks providers up on the controller; the host is not asked anything."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase
from ansible_collections.mailgen.mail.plugins.plugin_utils import _bridge


class ActionModule(ActionBase):
    """Returns records of the dataset."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return `providers`, in the order of `names`."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        arguments = _bridge.options(self._task.args, _bridge.PROVIDER_INFO)
        result["providers"] = _bridge.providers(arguments["names"])
        result["changed"] = False
        return result
