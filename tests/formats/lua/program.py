"""What imapfilter's own Lua makes of a configuration: its function IMAP tells instead of connecting."""

from __future__ import annotations

from tests.programs import Objected, need, run, scratch

#: Commands are told, and not run, unless they shall be; what they print is "x".
_TOLD = "pipe_from = function(command) print('command ' .. hex(command)); return 0, 'x' end"
_TELLING = """
local function hex(text) return (text:gsub('.', function(one) return ('%02x'):format(one:byte()) end)) end
IMAP = function(fields)
  for name, value in pairs(fields) do print(name .. ' ' .. hex(tostring(value))) end
  print('account')
end
RUNS
dofile(FILE)
for _, name in ipairs({'hostnames', 'certificates'}) do
  print('options ' .. name .. ' ' .. tostring(options[name]))
end
"""


def read_back(text: str, runs: bool = False) -> tuple[list[dict[str, str]], dict[str, bool]]:
    """Return the fields of each account (`command` is what was to be run), and options about certificates.

    Commands are run if it `runs` them. Raises Objected for what it does not take.
    """
    with scratch(text.encode(), "config.lua") as file:
        script = _TELLING.replace("FILE", f"'{file}'").replace("RUNS", "" if runs else _TOLD)
        done = run([need("imapfilter", "imapfilter"), "-e", script], file.parent)
    if done.returncode:
        raise Objected("imapfilter", done.returncode, done.stderr.decode(errors="replace"))
    accounts: list[dict[str, str]] = []
    options, fields = {}, {}
    for line in done.stdout.decode().splitlines():
        word, _, value = line.partition(" ")
        if word == "account":
            accounts.append(fields)
            fields = {}
        elif word == "options":
            name, _, truth = value.partition(" ")
            options[name] = truth == "true"
        else:
            fields[word] = bytes.fromhex(value).decode()
    return accounts, options
