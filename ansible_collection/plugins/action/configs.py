# SPDX-FileCopyrightText: 2026 The mailgen authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""configs: validates and renders on the controller, and has all files of a host written at once."""

from __future__ import annotations

import gc
from typing import Any

from ansible.plugins.action import ActionBase
from ansible_collections.mailgen.mail.plugins.plugin_utils import _bridge


class ActionModule(ActionBase):
    """Runs mailgen.mail.managed_files once, whatever the number of users, accounts and files."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the worker's result, with warnings and hints of mailgen about what has changed."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        arguments = _bridge.options(self._task.args, _bridge.CONFIGS)
        _bridge.need_mailgen()
        # This process was forked for this task: nothing in it lives long enough to be looked through again.
        gc.disable()
        from mailgen.core.errors import MailgenError

        try:
            order, plans = _bridge.work_order(arguments)
        except MailgenError as error:
            raise _bridge.refusal(error) from None
        result.update(
            self._execute_module(
                module_name="mailgen.mail.managed_files",
                module_args=order,
                task_vars=task_vars,
                wrap_async=self._task.async_val,
            )
        )
        # It repeats the whole work order, and every step of Ansible's would go through it.
        result.pop("invocation", None)
        # A job in the background is not done: then all is told that may become true.
        files = None if self._task.async_val else result.get("files", ())
        warnings, result["hints"] = _bridge.told(plans, files)
        if arguments["check"]:
            more, result["servers"] = self._reached(plans, task_vars)
            warnings += more
        if warnings:
            result["warnings"] = [*result.get("warnings", ()), *warnings]
        return result

    def _reached(
        self, plans: list[Any], task_vars: dict[str, Any] | None
    ) -> tuple[list[str], list[dict[str, Any]]]:
        """Return warnings about servers that the host does not reach, and what it says of all."""
        servers = _bridge.servers_of(plans)
        if not servers:
            return [], []
        said = self._execute_module(
            module_name="mailgen.mail.server_check", module_args={"servers": servers}, task_vars=task_vars
        )
        if "servers" not in said:
            return [f"the servers could not be checked: {said.get('msg', 'the host did not answer')}"], []
        return _bridge.reached(said["servers"])
