// Says how many bytes a first visit takes, compressed as web servers do it at their best.
import { readdirSync, readFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";

const folder = process.argv[2];
let all = 0;
for (const name of readdirSync(folder).filter((one) => one !== "SHA256SUMS")) {
  const content = readFileSync(`${folder}/${name}`);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
  const size = brotliCompressSync(content, { params }).length;
  all += size;
  console.log(`${name.padEnd(20)} ${String(content.length).padStart(9)} ${String(size).padStart(9)}`);
}
console.log(`${"all".padEnd(20)} ${" ".repeat(9)} ${String(all).padStart(9)}`);
