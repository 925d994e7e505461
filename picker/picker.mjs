// The page: it draws what the engine says. Every text becomes a text node, never markup.
import { WORDS } from "./words.mjs";

const by = (id) => document.getElementById(id);
const made = (name, properties = {}, ...children) => {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
};
const given = new URLSearchParams(location.hash.slice(1));
let lang = given.get("lang") in WORDS ? given.get("lang") : navigator.language.startsWith("zh") ? "zh" : "en";
let ready = null, failed = null, said = null, worker = null, number = 0, shown = 0;
const say = (key) => WORDS[lang][key];
const told = (texts) => (texts ? (texts[lang] ?? texts.en ?? "") : "");

by("address").value = given.get("address") ?? (given.has("domain") ? `you@${given.get("domain")}` : "");
by("protocol").value = given.get("protocol") ?? "";

function start() {
  if (worker) return;
  worker = new Worker(new URL("engine.mjs", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => {
    if (data.ready) { ready = data.ready; choices(); draw(); ask(); }
    else if (data.failed) { failed = data.failed; draw(); }
    else if (data.id > shown) { shown = data.id; said = data.said; draw(); }
  };
  worker.onerror = (event) => { failed = event.message; draw(); };
}

function choices() {
  const select = by("client"), chosen = given.get("client") ?? "thunderbird";
  const groups = Map.groupBy(ready.programs, (one) => (one.scope === "user" && one.kind === "provision" ? "provision" : one.scope));
  select.replaceChildren(...["user", "provision", "system", "domain"].filter((key) => groups.has(key)).map((key) =>
    labelled(key, ...groups.get(key).map((one) => made("option", { value: one.name }, one.title)))));
  if (ready.programs.some((one) => one.name === chosen)) select.value = chosen;
  by("store").append(...ready.passwords.map((name) => made("option", { value: name }, name)));
  if (ready.passwords.includes(given.get("password"))) by("store").value = given.get("password");
}

function labelled(key, ...options) {
  const group = made("optgroup", { label: say(key) }, ...options);
  group.dataset.label = key;
  return group;
}

function ask() {
  remember();
  const address = by("address").value.trim();
  if (!ready || !address) { said = null; shown = number; draw(); return; }
  const request = { client: by("client").value, address, name: by("name").value.trim(), protocol: by("protocol").value, password: by("store").value, lang };
  worker.postMessage({ id: ++number, request });
}

// The part of the address before the @ and the name are in the link only if somebody wants them there.
function remember() {
  const address = by("address").value.trim(), domain = address.slice(address.lastIndexOf("@") + 1);
  const fields = { client: by("client").value, protocol: by("protocol").value, password: by("store").value, lang };
  if (address) fields[by("whole").checked ? "address" : "domain"] = by("whole").checked ? address : domain;
  if (ready) fields.data = ready.serial;
  const link = new URLSearchParams(Object.entries(fields).filter(([, value]) => value));
  by("link").href = `#${link}`;
}

function draw() {
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  document.title = `mailgen: ${say("title")}`;
  for (const node of document.querySelectorAll("[data-say]")) node.textContent = say(node.dataset.say);
  for (const node of document.querySelectorAll("[data-label]")) node.label = say(node.dataset.label);
  by("home").href = by("home").getAttribute("href").replace(/\/(en|zh)\//, `/${lang}/`);
  by("language").textContent = say("other");
  by("state").textContent = failed ? `${say("failed")}: ${failed}` : ready ? say("ready") : worker ? say("waiting") : "";
  by("data").textContent = ready ? `${say("data")} ${ready.serial}; ${say("compared")} ${ready.compared}` : "";
  by("answer").replaceChildren(...(said?.error ? refusal(said) : said ? answer(said) : [made("p", {}, say("nothing"))]));
}

function refusal(data) {
  return [data.error, ...data.more].map((one) => made("div", { className: "card warning", role: "alert" },
    made("p", {}, made("strong", {}, told(one.what))), made("p", {}, told(one.where)), made("p", {}, told(one.mend))));
}

// Warnings stand before the file, all else behind it; a picture before the texts that say the same.
function answer(data) {
  const finding = (one) => made("div", { className: `card ${one.severity}` },
    made("p", {}, made("strong", {}, `${say("severity")[one.severity] ?? one.severity}: `), told(one.what)), made("p", {}, told(one.mend)));
  const warnings = data.findings.filter((one) => one.severity === "warning").map(finding);
  const known = [
    ...data.secrets.map((one) => made("div", { className: "card" }, made("p", {}, told(one.what)), made("p", {}, told(one.hint)))),
    ...data.findings.filter((one) => one.severity !== "warning").map(finding),
    ...data.notes.map((one) => made("div", { className: "card" }, made("p", {}, told(one))))];
  const files = data.files.filter((file) => file.kind === "file").sort((one, other) => ("base64" in other) - ("base64" in one));
  const folders = data.files.filter((file) => file.kind === "folder").map((file) => ({ text: { [lang]: say("folder") }, copy: [file.path] }));
  const steps = [...data.steps, ...folders].map((one) => made("div", { className: "card" },
    made("p", {}, told(one.text)), ...one.copy.map((line) => made("p", {}, made("code", {}, line)))));
  return [...warnings, ...files.flatMap(drawn), ...headed("findings", known), ...headed("steps", steps)];
}

const headed = (key, parts) => (parts.length ? [made("h2", {}, say(key)), ...parts] : []);

function drawn(file) {
  const name = file.path.split("/").pop().replace(/^\./, "");
  const save = made("button", { type: "button" }, say("download"));
  save.onclick = () => {
    const content = "text" in file ? file.text : Uint8Array.from(atob(file.base64), (one) => one.charCodeAt(0));
    const url = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
    made("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  };
  const title = made("h2", {}, `${say("files")}: ${file.path}`);
  if ("base64" in file) {
    const picture = made("img", { className: "code", alt: say("picture"), src: `data:image/png;base64,${file.base64}` });
    return [title, made("div", { className: "tools" }, save), ...(name.endsWith(".png") ? [picture] : [])];
  }
  const copy = made("button", { type: "button" }, say("copy"));
  copy.onclick = async () => { await navigator.clipboard.writeText(file.text); copy.textContent = say("copied"); };
  const lines = file.text.replace(/\n$/, "").split("\n"), why = new Map(file.lines.map((one) => [one.line, one]));
  const list = made("ol", { className: "file" }, ...lines.map((text, index) => lineOf(text, why.get(index + 1))));
  const hint = file.lines.length ? [made("p", { className: "quiet" }, say("choose"))] : [];
  return [title, made("div", { className: "tools" }, copy, save), ...hint, list];
}

function lineOf(text, known) {
  if (!known) return made("li", { className: "plain" }, text || "\u00a0");
  const button = made("button", { type: "button", ariaExpanded: "false" }, text || "\u00a0");
  const item = made("li", {}, button);
  button.onclick = () => {
    const open = button.ariaExpanded === "true";
    button.ariaExpanded = String(!open);
    if (open) item.lastChild.remove(); else item.append(made("div", { className: "reasons" }, ...reasons(known)));
  };
  return item;
}

function reasons(line) {
  const sources = (reason) => (reason.sources ?? []).map((one) => `${one.what} (${one.checked})`).join("; ");
  const found = [told(line.why), line.source ?? "",
    ...[...line.values, ...line.conditions].flatMap((one) => one.reasons.map((reason) =>
      [one.text, told(reason.why), sources(reason)].filter(Boolean).join(": ")))].filter(Boolean);
  return (found.length ? found : [say("noWhy")]).map((text) => made("p", {}, text));
}

by("form").addEventListener("focusin", start);
by("form").addEventListener("input", ask);
by("form").addEventListener("submit", (event) => event.preventDefault());
by("whole").addEventListener("change", remember);
by("language").addEventListener("click", () => { lang = lang === "en" ? "zh" : "en"; draw(); ask(); });
draw();
if (by("address").value) start();
if ("serviceWorker" in navigator) navigator.serviceWorker.register(new URL("sw.mjs", import.meta.url), { type: "module" });
