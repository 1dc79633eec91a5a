// Unpacks Chromium, the libraries it needs and a font into FOLDER, which is there afterwards whole or not at all.
// usage: node unpack.mjs FOLDER

import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

const folder = resolve(process.argv[2]);
const partial = `${folder}.partial`;
process.env.TMPDIR = partial; // where the package unpacks what it carries

rmSync(folder, { force: true, recursive: true });
rmSync(partial, { force: true, recursive: true });
mkdirSync(partial, { recursive: true });

const { default: chromium, inflate } = await import("@sparticuz/chromium");
await chromium.executablePath(); // the fonts too
const carried = join(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")), "..", "bin");
await inflate(join(carried, "al2023.tar.br")); // NSS and expat, which a machine without a desktop may lack

const fonts = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${folder}/fonts</dir>
  <cachedir>${folder}/font-cache</cachedir>
</fontconfig>
`;
writeFileSync(join(partial, "fonts.conf"), fonts);
renameSync(partial, folder);
