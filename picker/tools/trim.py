"""Inside Pyodide: ask mailgen for a lot, and write two archives of what that imported and read, compiled.

What is compiled by the Python that will run it need not be compiled in the browser, which would take two
seconds at each visit. Left out is all that no request has asked for, and the tables of line numbers, a tenth
of a first visit: an error names its function and file. The tests ask these archives for everything.
"""

import json
import sys

MAILGEN = "/mailgen.pyz"
sys.path.insert(0, MAILGEN)

from mailgen import paths  # noqa: E402

read = {"mailgen/catalog.sqlite"}
content_of = paths.zipped


def zipped(path):
    """Remember what mailgen reads of its own files."""
    read.add(path.removeprefix(f"{MAILGEN}/"))
    return content_of(path)


paths.zipped = zipped
names = {}
with open("/bridge.py") as file:
    exec(compile(file.read(), "/bridge.py", "exec"), names)
programs = [one["name"] for one in json.loads(names["programs"]())["programs"]]
requests = [
    (client, f"you@{domain}", password)
    for domain in ("sohu.com", "163.com", "outlook.com")
    for client in programs
    for password in ("", "pass")
]
for number, domain in enumerate(names["_CATALOGUE"].domains()):
    if number % 4 == 0:
        requests.append((programs[number // 4 % len(programs)], f"you@{domain}", ""))
for wrong in ("you@\u4f8b\u5b50.\u4e2d\u56fd", "nobody", "'; x@sohu.com"):
    requests.append((programs[0], wrong, ""))


def is_made(client, address, password):
    """Ask, and say whether there are files."""
    request = {"client": client, "address": address, "name": "Ada O\u2019Brien", "password": password}
    return bool(json.loads(names["asked"](json.dumps(request))).get("files"))


made = {client for client, address, password in requests if is_made(client, address, password)}
for client in programs:  # some are for few providers only
    if client not in made:
        next(one for one in names["_CATALOGUE"].domains() if is_made(client, f"you@{one}", "pass"))

origins = (getattr(getattr(module, "__spec__", None), "origin", None) for module in [*sys.modules.values()])
used = {origin for origin in origins if origin}

# Only now, for nothing else may have needed them.
import marshal  # noqa: E402
import types  # noqa: E402
import zipfile  # noqa: E402
from importlib import util  # noqa: E402


def compiled(name, content):
    """Return a module as an unchecked .pyc (PEP 552): what is in it is not compared with a source."""
    code = bare(compile(content, name, "exec", dont_inherit=True, optimize=2))
    return util.MAGIC_NUMBER + (1).to_bytes(4, "little") + util.source_hash(content) + marshal.dumps(code)


def bare(code):
    """Return code without the table of its lines, and so all that is defined in it."""
    inner = [bare(one) if isinstance(one, types.CodeType) else one for one in code.co_consts]
    return code.replace(co_linetable=b"", co_consts=tuple(inner))


def write(source, destination):
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(destination, "w") as made:
        for name in sorted(archive.namelist()):
            content = archive.read(name)
            if name.endswith(".py") and f"{source}/{name}" in used:
                name, content = f"{name}c", compiled(name, content)
            elif name not in read:
                continue
            made.writestr(zipfile.ZipInfo(name, (2020, 2, 2, 0, 0, 0)), content)


write(MAILGEN, "/mailgen.zip")
write(next(path for path in sys.path if path.startswith("/lib/") and path.endswith(".zip")), "/stdlib.zip")


def licences():
    """Yield the licences of what is in the archive of mailgen, each under its name."""
    with zipfile.ZipFile(MAILGEN) as archive:
        used_packages = {origin.removeprefix(f"{MAILGEN}/").partition("/")[0] for origin in used}
        for name in sorted(archive.namelist()):
            if name.startswith("licenses/") and name.split("/")[1] in used_packages:
                yield f"== {name.removeprefix('licenses/')}\n\n{archive.read(name).decode()}\n"


with open("/licences.txt", "w") as file:
    file.writelines(licences())
