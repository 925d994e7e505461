// The worker: mailgen's own Python, from this server alone. It is told a request and answers it; it has no other way out.
import { loadPyodide } from "./pyodide.mjs";

const bytes = async (name) => {
  const answer = await fetch(new URL(name, import.meta.url));
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
};

const begun = (async () => {
  const here = new URL("./", import.meta.url).href;
  const archive = bytes("mailgen.zip");
  const bridge = bytes("bridge.py");
  const python = await loadPyodide({ indexURL: here, stdLibURL: `${here}stdlib.zip` });
  python.FS.writeFile("/mailgen.zip", await archive);
  python.runPython("import sys; sys.path.insert(0, '/mailgen.zip')");
  const names = python.toPy({});
  python.runPython(new TextDecoder().decode(await bridge), { globals: names });
  const asked = names.get("asked");
  self.postMessage({ ready: JSON.parse(names.get("programs")()) });
  return asked;
})();
begun.catch((error) => self.postMessage({ failed: String(error.message ?? error).slice(-400) }));

self.onmessage = async ({ data }) => {
  const asked = await begun;
  self.postMessage({ id: data.id, said: JSON.parse(asked(JSON.stringify(data.request))) });
};
