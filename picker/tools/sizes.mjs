// Compresses the files of a visit by brotli for web servers that send NAME.br, and says in sizes.json what it takes.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";

const folder = process.argv[2];
const sizes = {};
for (const name of readdirSync(folder).filter((one) => one !== "licences.txt")) {
  const content = readFileSync(`${folder}/${name}`);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
  const compressed = brotliCompressSync(content, { params });
  if (content.length > 10_000) writeFileSync(`${folder}/${name}.br`, compressed);
  sizes[name] = { plain: content.length, compressed: compressed.length };
  console.log(`${name.padEnd(20)} ${String(content.length).padStart(9)} ${String(sizes[name].compressed).padStart(9)}`);
}
writeFileSync(`${folder}/sizes.json`, `${JSON.stringify(sizes, null, 1)}\n`);
const all = Object.values(sizes).reduce((sum, one) => sum + one.compressed, 0);
console.log(`${"all".padEnd(20)} ${" ".repeat(9)} ${String(all).padStart(9)}`);
