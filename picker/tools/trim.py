"""Inside Pyodide: ask mailgen for a lot, and write two archives of what that imported and read, compiled.

What is compiled by the Python that will run it need not be compiled in the browser, which would take two
seconds at each visit. Left out is all that no request has asked for; the tests put the same requests to the
page's archives.
"""

import json
import py_compile
import sys
import zipfile

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
    (client, f"you@{domain}") for domain in ("sohu.com", "163.com", "outlook.com") for client in programs
]
for number, domain in enumerate(names["_CATALOGUE"].domains()):
    if number % 4 == 0:
        requests.append((programs[number // 4 % len(programs)], f"you@{domain}"))
requests += [("mutt", "you@\u4f8b\u5b50.\u4e2d\u56fd"), ("mutt", "nobody"), ("msmtp", "'; x@sohu.com")]
for client, address in requests:
    names["asked"](json.dumps({"client": client, "address": address, "name": "Ada O\u2019Brien"}))

origins = (getattr(getattr(module, "__spec__", None), "origin", None) for module in [*sys.modules.values()])
used = {origin for origin in origins if origin}


def compiled(name, content):
    with open("/one.py", "wb") as file:
        file.write(content)
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile("/one.py", "/one.pyc", dfile=name, doraise=True, optimize=2, invalidation_mode=mode)
    with open("/one.pyc", "rb") as file:
        return file.read()


def write(source, destination):
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(destination, "w") as made:
        for name in sorted(archive.namelist()):
            content = archive.read(name)
            if name.endswith(".py") and f"{source}/{name}" in used:
                name, content = f"{name}c", compiled(name, content)
            elif name not in read and not name.startswith("licenses/"):
                continue
            made.writestr(zipfile.ZipInfo(name, (2020, 2, 2, 0, 0, 0)), content)


write(MAILGEN, "/mailgen.zip")
write(next(path for path in sys.path if path.startswith("/lib/") and path.endswith(".zip")), "/stdlib.zip")
