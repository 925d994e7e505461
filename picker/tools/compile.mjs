// Runs Pyodide's own Python in Node, so that the archives of the page are compiled by the Python that will run them.
// usage: node compile.mjs PYODIDE_FOLDER MAILGEN.PYZ OUT
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, archive, out] = process.argv.slice(2).map((path) => resolve(path));
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`));
const python = await loadPyodide({ indexURL: folder });
python.FS.writeFile("/mailgen.pyz", readFileSync(archive));
python.FS.writeFile("/bridge.py", readFileSync(new URL("../bridge.py", import.meta.url)));
try {
  python.runPython(readFileSync(new URL("trim.py", import.meta.url), "utf8"), { globals: python.toPy({ __name__: "trim" }) });
} catch (error) { // Node would print the source of Pyodide, in one line
  console.error(String(error.message));
  process.exit(1);
}
for (const name of ["stdlib.zip", "mailgen.zip"]) writeFileSync(`${out}/${name}`, python.FS.readFile(`/${name}`));
// The list of Pyodide's packages without one, for none is loaded; what is left says which Pyodide this is.
const lock = JSON.parse(readFileSync(`${folder}/pyodide-lock.json`, "utf8"));
const { version } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
const head = `This page runs Pyodide ${version} (MPL-2.0, https://github.com/pyodide/pyodide) and Python (PSF-2.0, https://docs.python.org/3/license.html).\nThe licences of all else in it, MPL-2.0 among them, follow.\n\n`;
writeFileSync(`${out}/licences.txt`, head + python.FS.readFile("/licences.txt", { encoding: "utf8" }));
writeFileSync(`${out}/pyodide-lock.json`, JSON.stringify({ info: lock.info, packages: {} }));
