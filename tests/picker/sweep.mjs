// Runs sweep.py in the engine of a built picker, without a browser. usage: node sweep.mjs FOLDER SWEEP.PY
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, sweep] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`));
const python = await loadPyodide({ indexURL: `${folder}/`, stdLibURL: `${folder}/stdlib.zip` });
python.FS.writeFile("/mailgen.zip", readFileSync(`${folder}/mailgen.zip`));
python.runPython("import sys; sys.path.insert(0, '/mailgen.zip')");
const names = python.toPy({});
try {
  for (const file of [`${folder}/bridge.py`, sweep]) python.runPython(readFileSync(file, "utf8"), { globals: names });
  process.stdout.write(names.get("as_text")());
} catch (error) { // Node would print the source of Pyodide, in one line
  console.error(String(error.message));
  process.exit(1);
}
