// Opens every report in a browser and says what is wrong with it: one line a fault, and 1 as exit code.
//
//   node look.mjs LIBRARIES FOLDER               every page below FOLDER is checked
//   node look.mjs LIBRARIES PAGE PICTURE.png     the first screen of a page, drawn
//
// LIBRARIES is the folder with playwright-core and axe-core. Pages below a folder `hostile` hold texts of an intruder.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";

const [libraries, target, picture] = process.argv.slice(2);
const library = createRequire(join(resolve(libraries), "here.js"));
const { chromium } = library("playwright-core");
const axe = readFileSync(library.resolve("axe-core/axe.min.js"), "utf8");

const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 375, height: 667 };
// WCAG 1.4.10: no scrolling in two directions at this width.
const NARROW = { width: 320, height: 640 };
const BYTES_MAX = 5e6;
// Hostile texts that must at least be seen as text, so that a page without them is no pass.
const SEEN_MIN = 40;

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });
const scratch = mkdtempSync(join(tmpdir(), "assize-look-"));
try {
  process.exitCode = picture ? await draw() : await all();
} finally {
  await browser.close();
  rmSync(scratch, { recursive: true });
}

async function draw() {
  const page = await browser.newPage({ viewport: WIDE });
  await page.goto(pathToFileURL(resolve(target)).href);
  await page.screenshot({ path: picture });
  return 0;
}

async function all() {
  const files = readdirSync(target, { recursive: true }).map((name) => join(target, name));
  const pages = files.filter((file) => /(^|\/)(report|index)[^/]*\.html$/.test(file) && statSync(file).isFile()).sort();
  const waiting = [...pages];
  const faults = [];
  // Two at a time: a page is busy in the browser, then here.
  const work = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      const found = await look(file).catch((e) => [String(e)]);
      faults.push(...found.map((fault) => `${relative(target, file)}: ${fault}`));
    }
  };
  await Promise.all([work(), work()]);
  faults.sort().forEach((fault) => console.log(fault));
  console.log(`${pages.length} pages looked at, ${faults.length} faults`);
  return faults.length === 0 && pages.length > 0 ? 0 : 1;
}

async function look(file) {
  const hostile = file.split(sep).some((part) => part.startsWith("hostile"));
  const faults = [];
  if (statSync(file).size > BYTES_MAX) faults.push(`${statSync(file).size} bytes, more than ${BYTES_MAX}`);
  const plain = await withoutScript(file, hostile, faults);
  await withScript(file, hostile, faults, plain);
  return faults;
}

// A page with everything noted that must not happen.
async function opened(file, faults, options) {
  const context = await browser.newContext({ viewport: WIDE, colorScheme: "light", ...options });
  const page = await context.newPage();
  const requests = [];
  context.on("request", (request) => requests.push(request.url()));
  context.on("page", () => faults.push("opens another page"));
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && faults.push(`console: ${m.text()}`));
  page.on("pageerror", (e) => faults.push(`error: ${e.message}`));
  page.on("download", () => faults.push("starts a download"));
  page.on("dialog", (d) => { faults.push(`dialog: ${d.message()}`); d.dismiss(); });
  await page.goto(pathToFileURL(resolve(file)).href);
  return { context, page, requests };
}

// With JavaScript off: everything is there, opens by itself, and is printed.
async function withoutScript(file, hostile, faults) {
  const { context, page, requests } = await opened(file, faults, { javaScriptEnabled: false });
  const words = await page.evaluate(wordsOf);
  const title = await page.title();
  if (!hostile) await firstScreens(page, faults, "without script, ");
  const closed = await page.$("details:not([open])");
  if (closed) {
    await page.setViewportSize(WIDE);
    const summary = await closed.$("summary");
    await summary.click();
    if (!(await closed.evaluate((d) => d.open))) faults.push("without script, a closed part does not open");
    await summary.click();
  }
  await printed(page, faults);
  if (requests.length !== 1) faults.push(`without script, ${requests.length} requests: ${requests.slice(1, 4)}`);
  await context.close();
  return { words, title };
}

async function withScript(file, hostile, faults, plain) {
  const { context, page, requests } = await opened(file, faults, {});
  await page.waitForTimeout(50);
  if (requests.length !== 1) faults.push(`${requests.length} requests: ${requests.slice(1, 4)}`);
  if ((await page.title()) !== plain.title) faults.push("the title changes by itself");
  if ((await page.evaluate(wordsOf)) !== plain.words) faults.push("script changes the words of the page");
  if (hostile && plain.words.split("alert(").length <= SEEN_MIN) faults.push("hostile texts are not on the page");
  if (!hostile) await firstScreens(page, faults, "");
  await page.setViewportSize(WIDE);
  await page.evaluate(() => document.querySelectorAll("details").forEach((d) => { d.open = true; }));
  if (hostile) await touched(page);
  await page.evaluate(axe);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    // What is long is long in one way; the engine measures every pair of texts.
    await page.evaluate(hostile ? thinned : () => 0);
    const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"] }));
    for (const v of violations) faults.push(`axe, ${colorScheme}: ${v.id}: ${v.nodes.length} × ${v.nodes[0].html.slice(0, 160)}`);
  }
  await stretched(page, faults);
  if (requests.length !== 1) faults.push(`${requests.length} requests at the end: ${requests.slice(1, 4)}`);
  await context.close();
}

function wordsOf() {
  return [...document.querySelectorAll("header, main, footer")].map((e) => e.textContent).join("\n").replace(/\s+/g, " ");
}

// What a person touches: text under the pointer, focus on everything that takes it, the search.
async function touched(page) {
  await page.evaluate(() => document.querySelectorAll("main *").forEach((e) => {
    for (const name of ["mouseover", "pointerover", "focus", "click"]) {
      if (e.tagName !== "A" && e.tagName !== "SUMMARY") e.dispatchEvent(new Event(name, { bubbles: true }));
    }
  }));
  const filter = page.locator("#filter");
  if (await filter.count()) {
    await filter.fill("<script>alert(1)</script>");
    await filter.fill("");
  }
  await page.waitForTimeout(200);
}

// Sixty findings and as many rows of a table show every shape that there is.
function thinned() {
  document.querySelectorAll("details.finding:nth-of-type(n+61), tr:nth-of-type(n+61), li:nth-of-type(n+61)").forEach((e) => e.remove());
}

// Five seconds: the answer, since when, still open, could we see, and the first thing to do, without scrolling.
async function firstScreens(page, faults, how) {
  for (const size of [WIDE, PHONE]) {
    await page.setViewportSize(size);
    const below = await page.evaluate(() => {
      const boxes = [...document.querySelectorAll("h1, .facts:not(.states) dt, .facts .value, .now li:first-child, [data-first]")];
      const seen = (e) => { const r = e.getBoundingClientRect(); return r.height > 0 && r.top >= 0 && r.bottom <= innerHeight; };
      const some = boxes.length < 2 ? ["all of it"] : [];
      return some.concat(boxes.filter((e) => !seen(e)).map((e) => `${e.textContent.slice(0, 30)} (to ${Math.round(e.getBoundingClientRect().bottom)})`));
    });
    if (below.length) faults.push(`${how}below the first screen at ${size.width}x${size.height}: ${below.join(" | ")}`);
  }
}

// Printed: nothing stays closed, and every page says who may read it.
async function printed(page, faults) {
  await page.emulateMedia({ media: "print" });
  const pdf = join(scratch, `${Math.random()}.pdf`);
  await page.pdf({ path: pdf, preferCSSPageSize: true });
  await page.emulateMedia({ media: null });
  const sheets = execFileSync("pdftotext", ["-layout", pdf, "-"], { maxBuffer: 1e9 }).toString().split("\f").slice(0, -1);
  const bare = sheets.flatMap((text, n) => (text.includes("TLP:") ? [] : [n + 1]));
  if (bare.length) faults.push(`printed, no TLP on page ${bare.slice(0, 8)} of ${sheets.length}`);
  // The last heading of each finding stands in its closed part.
  const last = await page.evaluate(() => document.querySelector("details.finding h4:last-of-type")?.textContent);
  const parts = await page.locator("details.finding").count();
  const shown = last ? sheets.join("\n").split(last).length - 1 : parts;
  if (shown < parts) faults.push(`printed, ${shown} of ${parts} findings are open`);
}

// Texts half as long again, in letters with marks: a language to come must not break the page.
async function stretched(page, faults) {
  await page.evaluate(() => {
    const marked = { a: "á", e: "ë", i: "î", o: "ø", u: "û", c: "ç", n: "ñ", A: "Å", E: "É", O: "Ö" };
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      if (/^(SCRIPT|STYLE|CODE)$/.test(node.parentElement.tagName) || !/[a-z]{3}/.test(node.data)) continue;
      const word = node.data.replace(/[a-zA-Z]/g, (c) => marked[c] ?? c);
      node.data = `${word} ${word.slice(0, Math.ceil(word.length / 2))}`;
    }
  });
  for (const size of [WIDE, PHONE, NARROW]) {
    await page.setViewportSize(size);
    const out = await page.evaluate(() => {
      const inFrame = (e) => e.closest(".wide, svg, .skip");
      const wide = [...document.querySelectorAll("body *")].filter((e) => !inFrame(e) && e.getBoundingClientRect().right > innerWidth + 1);
      const named = wide.slice(0, 2).map((e) => `${e.tagName}.${e.className}: ${e.textContent.slice(0, 40)}`);
      return document.documentElement.scrollWidth > innerWidth + 1 ? ["the page scrolls sideways", ...named] : named;
    });
    if (out.length) faults.push(`stretched, at ${size.width}: ${out.join(" | ")}`);
  }
}
