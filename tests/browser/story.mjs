// What every story in the browser needs: a hall of its own with a server, Chromium, sentences that hold or not, and the
// checks that each page must pass. A story is NAME.mjs; `node tests/browser/NAME.mjs BUILD` runs it and exits 1 when a
// sentence does not hold. Pictures go to BUILD/pictures/NAME-*.png: look at them.
import { chromium } from "playwright-core";
import { createHmac } from "node:crypto";
import { execFileSync, spawn } from "node:child_process";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { gzipSync } from "node:zlib";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";

export const build = resolve(process.argv[2] ?? "build");
export const name = basename(process.argv[1], ".mjs");
const binary = join(build, "unionhall");
const pictures = join(build, "pictures");
mkdirSync(pictures, { recursive: true });
let passed = 0, failed = 0;

export function check(sentence, holds, why = "") {
	if (holds) passed++; else failed++;
	console.log(`${holds ? "ok     " : "FAILED "} ${sentence}${holds ? "" : ": " + why}`);
}

// A hall in a temporary folder, made with the demo's organisations, staff and services. options: arguments of `serve`.
export class Hall {
	constructor() {
		this.folder = mkdtempSync(join(tmpdir(), "unionhall-story-"));
		this.hall = join(this.folder, "hall");
		this.recovery = execFileSync(binary, ["init", "--hall", this.hall, "--demo"], { stdio: ["ignore", "pipe", "ignore"] }).toString().trim();
	}
	// Resolves when the port answers; the same port again after a restart.
	async open(...options) {
		this.process = spawn(binary, ["serve", "--hall", this.hall, "--port", String(this.port ?? 0), ...options], { stdio: ["ignore", "ignore", "pipe"] });
		this.log = [];
		const lines = createInterface({ input: this.process.stderr });
		await new Promise((done, fail) => {
			lines.on("line", (line) => {
				this.log.push(line);
				const found = line.match(/open at (https?:\/\/[^/]+:(\d+))\//);
				if (found) { this.url = found[1]; this.port = Number(found[2]); done(); }
			});
			this.process.once("exit", (code) => fail(new Error(`the server ended with ${code}: ${this.log.join("\n")}`)));
		});
		return this.url;
	}
	// A worker's session without signing in, made before the server opens: for stories that are about something else.
	session(phone, { level = 2, name = "", number = "" } = {}) {
		return execFileSync(join(build, "tests", "session"), [this.hall, phone, String(level), name, number]).toString().trim();
	}
	async stop(signal = "SIGTERM") {
		if (!this.process || this.process.exitCode !== null) return;
		const ended = new Promise((done) => this.process.once("exit", done));
		this.process.kill(signal);
		await ended;
	}
	async close() {
		await this.stop();
		rmSync(this.folder, { recursive: true, force: true });
	}
}

// The phones: what a hall sends through its gateway, which takes everything. `ini` goes into the hall's hall.ini.
export class Phones {
	constructor() { this.messages = []; }
	async open() {
		this.gateway = createServer((request, response) => {
			const query = new URL(request.url, "http://x").searchParams;
			if (query.get("to")) this.messages.push({ to: query.get("to"), text: query.get("text") });
			response.writeHead(202).end("0: Accepted for delivery");
		});
		await new Promise((done) => this.gateway.listen(0, "127.0.0.1", done));
		this.ini = `[sms]\nurl = http://127.0.0.1:${this.gateway.address().port}/send\nusername = u\npassword = p\n[codes]\nagain_s = 1\nphone_a_day = 100\n`;
		return this;
	}
	// The newest message to that number which holds and was not taken before; "" when none comes in ten seconds.
	async message(to, holds) {
		for (let i = 0; i < 100; i++) {
			const found = this.messages.findLast((m) => m.to.endsWith(to) && holds(m.text) && !m.used);
			if (found) { found.used = true; return found.text; }
			await new Promise((done) => setTimeout(done, 100));
		}
		return "";
	}
	async code(to) {
		const text = await this.message(to, (text) => /验证码\d{6}/.test(text));
		if (!text) throw new Error("no code came to " + to);
		return text.match(/验证码(\d{6})/)[1];
	}
	close() { this.gateway.close(); }
}

export async function browser() {
	return chromium.launch({
		executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
		args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
	});
}

export const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, locale: "zh-CN" };
export const narrow = { viewport: { width: 320, height: 640 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, locale: "zh-CN" };
export const desk = { viewport: { width: 1280, height: 800 }, locale: "zh-CN" };
export const noScript = { javaScriptEnabled: false };

// Presses a button or a link that leads to a page, and waits for that page: what comes after is judged on it, not on the
// one being left (a click alone returns before the answer on a busy machine).
export async function press(page, selector) {
	const from = page.url(), requests = [];
	const note = (kind) => (one) => requests.push(`${kind} ${one.method?.() ?? one.status()} ${one.url()}`);
	const listeners = [["request", note("asked")], ["response", note("answered")], ["requestfailed", note("failed")]];
	for (const [event, listener] of listeners) page.on(event, listener);
	try {
		await Promise.all([page.waitForNavigation({ waitUntil: "load" }), page.click(selector)]);
	} catch (error) {
		throw new Error(`no page came after pressing ${selector} on ${from}: ${requests.slice(-8).join(", ")}: ${error.message.split("\n")[0]}`);
	} finally {
		for (const [event, listener] of listeners) page.off(event, listener);
	}
}

// The code that an authenticator shows for the secret (RFC 6238). The demo's staff share one secret and one password.
export const staffPassword = "demo-hall-2022", staffSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const base32 = (text) => Buffer.from([...text].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("").match(/.{8}/g).map((b) => parseInt(b, 2)));
export function totp(secret = staffSecret, at = Date.now()) {
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(Math.floor(at / 30000)));
	const mac = createHmac("sha1", base32(secret)).update(counter).digest(), from = mac[19] & 15;
	return String((mac.readUInt32BE(from) & 0x7fffffff) % 1000000).padStart(6, "0");
}

// A code is good once: whoever signs in again and again in one story begins with the step before and goes on from there.
const steps = {};
async function staffCode(page, person) {
	steps[person] = steps[person] === undefined ? -1 : steps[person] + 1;
	if (Date.now() % 30000 > 22000) await page.waitForTimeout(30500 - Date.now() % 30000);      /* the step before is not good for long */
	return totp(staffSecret, Date.now() + steps[person] * 30000);
}

// A page on which that member of the staff is signed in. path: where he wanted to go.
export async function signInStaff(chromium, url, person, options = {}, path = "/staff/sign-in") {
	const page = await (await chromium.newContext({ acceptDownloads: true, ...options })).newPage();
	await page.goto(url + path);
	await page.fill("#phone", person);
	await page.fill("#password", staffPassword);
	await press(page, "main .btn");
	await page.fill("#code", await staffCode(page, person));
	await press(page, "main .btn");
	return page;
}

// A picture of the whole page: the bar at the bottom stands where the page ends, not in the middle of it.
export async function picture(page, title) {
	const stand = (position) => page.evaluate((position) => document.querySelectorAll(".bar").forEach((bar) => { bar.style.position = position; }), position);
	await stand("static");       /* by the element: the page's policy takes no style from elsewhere */
	await page.screenshot({ path: join(pictures, `${name}-${title}.png`), fullPage: true });
	await stand("");
}

const luminance = (c) => c.map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], 0);

// What every page must be: no sideways scrolling, labels, one heading, targets, contrast, light. title names the page in the sentences.
export async function fit(page, title) {
	const found = await page.evaluate(() => {
		const visible = (e) => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== "hidden";
		const background = (e) => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (c !== "rgba(0, 0, 0, 0)" && c !== "transparent") return c; } return "rgb(255, 255, 255)"; };
		const texts = [...document.querySelectorAll("body *")].filter((e) => visible(e) && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) && !["SCRIPT", "STYLE", "OPTION"].includes(e.tagName));
		return {
			sideways: document.documentElement.scrollWidth > innerWidth ? `${document.documentElement.scrollWidth} > ${innerWidth}` : "",
			headings: document.querySelectorAll("h1").length,
			language: document.documentElement.lang,
			title: document.title,
			unlabelled: [...document.querySelectorAll("input:not([type=hidden]):not([type=submit]),select,textarea")].filter((e) => visible(e) && !e.labels?.length && !e.getAttribute("aria-label") && !e.getAttribute("aria-labelledby")).map((e) => e.name),
			unnamed: [...document.querySelectorAll("a,button")].filter((e) => visible(e) && !e.textContent.trim() && !e.getAttribute("aria-label") && !e.querySelector("img[alt]")).length,
			images: [...document.querySelectorAll("img:not([alt])")].length,
			small: [...document.querySelectorAll("button,.btn,input[type=checkbox],input[type=radio],select,input[type=text],input[type=tel]")].filter((e) => visible(e)).map((e) => { const box = (e.closest("label") ?? e).getBoundingClientRect(); return { e: e.name || e.textContent.trim(), h: box.height, w: box.width }; }).filter((b) => b.h < 24 || b.w < 24).map((b) => b.e),
			tiny: texts.filter((e) => parseFloat(getComputedStyle(e).fontSize) < 13).map((e) => e.textContent.trim().slice(0, 20)),
			colours: texts.map((e) => ({ text: e.textContent.trim().slice(0, 20), fore: getComputedStyle(e).color, back: background(e), size: parseFloat(getComputedStyle(e).fontSize), weight: +getComputedStyle(e).fontWeight })),
		};
	});
	check(`${title}: nothing sticks out sideways`, !found.sideways, found.sideways);
	check(`${title}: one heading, a title and a language`, found.headings === 1 && found.title && found.language, JSON.stringify([found.headings, found.title, found.language]));
	check(`${title}: every field has a label, every button and picture a name`, !found.unlabelled.length && !found.unnamed && !found.images, JSON.stringify([found.unlabelled, found.unnamed, found.images]));
	check(`${title}: no target under 24 px, no text under 13 px`, !found.small.length && !found.tiny.length, JSON.stringify([found.small, found.tiny]));
	const rgb = (text) => text.match(/[\d.]+/g).slice(0, 3).map(Number);
	const pale = found.colours.filter((c) => {
		const [a, b] = [luminance(rgb(c.fore)), luminance(rgb(c.back))];
		return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < (c.size >= 24 || (c.size >= 18.66 && c.weight >= 700) ? 3 : 4.5);
	});
	check(`${title}: text stands out from its ground (4.5:1)`, !pale.length, JSON.stringify(pale.slice(0, 3)));
}

// Text of twice the size, as WeChat's font setting makes it: every size that is set, not the layout.
export async function enlarge(page, factor) {
	await page.evaluate((factor) => {
		const sizes = [...document.querySelectorAll("body, body *")].map((e) => [e, parseFloat(getComputedStyle(e).fontSize)]);
		for (const [e, size] of sizes) e.style.fontSize = size * factor + "px";
	}, factor);
}

// Bytes that a first visit of the address costs, compressed as a proxy would: page, style, script, pictures.
export async function weight(page, url) {
	let bytes = 0, script = 0;
	const count = async (response) => {
		const body = await response.body().catch(() => Buffer.alloc(0));
		const size = gzipSync(body, { level: 9 }).length;
		bytes += size;
		if (response.url().includes("/islands/")) script += size;
	};
	const waiting = [];
	const listen = (response) => waiting.push(count(response));
	page.on("response", listen);
	await page.goto(url, { waitUntil: "networkidle" });
	await Promise.all(waiting);
	page.off("response", listen);
	return { bytes, script };
}

export function finish() {
	console.log(`${passed} passed, ${failed} failed`);
	process.exit(failed ? 1 : 0);
}
export { readFileSync };
