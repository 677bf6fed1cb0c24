// The demo hall: a small one is made, everybody in it is tried by one tap, a code arrives and signs in, the clock is pushed on
// and deadlines fire, the leader's numbers equal the lists they open, and it goes on where it was.
import { browser, build, check, desk, enlarge, finish, fit, narrow, noScript, phone, picture, press, weight } from "./story.mjs";
import { execFileSync, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const binary = join(build, "unionhall");
const folder = mkdtempSync(join(tmpdir(), "unionhall-demo-"));
const hall = join(folder, "hall");
const applicants = process.env.DEMO_APPLICANTS ?? "40";      // 0: all 102

function run(...words) {
	try {
		return { code: 0, text: execFileSync(binary, words, { stdio: ["ignore", "pipe", "pipe"] }).toString() };
	} catch (error) {
		return { code: error.status, text: error.stderr.toString() };
	}
}

let server, url;
const chromium = await browser();
async function open(...options) {
	server = spawn(binary, ["serve", "--hall", hall, "--port", "0", ...options], { stdio: ["ignore", "ignore", "pipe"] });
	const said = [];
	await new Promise((done, fail) => {
		createInterface({ input: server.stderr }).on("line", (line) => {
			said.push(line);
			const found = line.match(/open at (http:\/\/[^/]+)\//);
			if (found) { url = found[1]; done(); }
		});
		server.once("exit", (code) => fail(new Error(`the server ended with ${code}: ${said.join("\n")}`)));
	});
	return said;
}
async function close() {
	const ended = new Promise((done) => server.once("exit", done));
	server.kill("SIGTERM");
	await ended;
}

// Signs in by the one tap of the page; gives the page that opens.
async function become(page, name) {
	await page.goto(url + "/demo");
	await press(page, `.who button:has(b:text-is("${name}"))`);
	return page;
}

async function takePictures(into) {
	const shoot = async (options, name, then, title, fullPage = false) => {
		const context = await chromium.newContext(options);
		const page = await become(await context.newPage(), name);
		await then(page);
		await page.screenshot({ path: join(into, title), fullPage });
		await context.close();
	};
	const small = { ...phone, deviceScaleFactor: 1.5 };
	await shoot(small, "解明芳", (page) => press(page, "main a:has-text('（2022）')"), "hall-phone.png");
	await shoot(desk, "何经办", async () => {}, "hall-desk.png");
	await shoot(desk, "何经办", (page) => press(page, "a:has-text('郑敏艳')"), "hall-case.png");
	await shoot(desk, "郭主席", async () => {}, "hall-leader.png");
}

const began = Date.now();
const made = run("demo-hall", "--hall", hall, "--applicants", applicants);
const seconds = (Date.now() - began) / 1000;
check("a demo hall is made, quickly (issue: in less than 60 s)", made.code === 0 && seconds < 60, `${seconds} s ${made.text}`);
const before = readFileSync(join(hall, "demo.json"), "utf8");
check("making it again changes nothing", run("demo-hall", "--hall", hall).code === 0 && readFileSync(join(hall, "demo.json"), "utf8") === before);
const other = join(folder, "other");
run("init", "--hall", other, "--region", "310113");
check("what is no demo hall is neither made over, nor removed, nor opened as one",
	run("demo-hall", "--hall", other).code === 1 && run("demo-hall", "--hall", other, "--reset").code === 1 && existsSync(join(other, "hall.db")) &&
	run("serve", "--hall", other, "--port", "0", "--demo").code === 1);

try {
	const said = await open("--demo");
	check("the terminal says where to go and how to sign in", said.length > 0 && (await fetch(url + "/demo")).status === 200);
	check("a hall that is open cannot be removed under it", run("demo-hall", "--hall", hall, "--reset").code !== 0 && (await fetch(url + "/healthz")).status === 200);

	for (const [title, options] of [["phone", phone], ["narrow", narrow], ["desk", desk]]) {
		const context = await chromium.newContext(options);
		const page = await context.newPage();
		for (const [name, path] of [["people", "/demo"], ["messages", "/demo/messages"], ["clock", "/demo/clock"]]) {
			await page.goto(url + path);
			await picture(page, `${name}-${title}`);
			await fit(page, `${name}, ${title}`);
		}
		if (title === "phone") {
			await page.goto(url + "/demo");
			await enlarge(page, 2);
			await fit(page, "people, text twice as large");
			await picture(page, "people-large-text");
			await page.goto(url + "/demo?lang=en");
			check("the other language (English)", (await page.textContent("h1")).includes("Who would you like to be"));
			const light = await weight(page, url + "/demo");
			check("the page of people is light (LA10)", light.bytes <= 100e3, JSON.stringify(light));
		}
		await context.close();
	}

	// Everybody, without script: one tap, and the page that is theirs.
	const context = await chromium.newContext({ ...desk, ...noScript });
	const page = await context.newPage();
	await page.goto(url + "/demo");
	const names = await page.$$eval(".who b", (all) => all.map((one) => one.textContent));
	check("the page names workers of each kind, staff of each role, lawyers", names.length >= 15 && (await page.$$eval("h3 small", (all) => all.every((one) => !one.textContent.startsWith("0 ")))), names.join());
	check("every page tells the demo's day, which is near the week", (await page.textContent(".demo-mark")).includes("2022年9月1日"));
	const refused = [];
	for (const name of names) {
		await become(page, name);
		const status = await page.evaluate(() => performance.getEntriesByType("navigation")[0]?.responseStatus);
		const isOpen = (await fetch(page.url(), { redirect: "manual" })).status !== 404;      // a room that this build has
		if (page.url().includes("sign-in") || (isOpen && status !== 200)) refused.push(`${name} ${status} ${page.url()}`);
	}
	check("one tap signs each of them in, and their own page opens", refused.length === 0, refused.join("; "));

	// The pictures of the documents: DEMO_PICTURES=docs/pictures DEMO_APPLICANTS=0 node tests/browser/demo.mjs build
	if (process.env.DEMO_PICTURES) await takePictures(process.env.DEMO_PICTURES);

	// The lawyers: one tap each, and a week of work on their desks (LA23, LA26).
	const desks = [];
	const lawyerContext = await chromium.newContext({ ...phone, ...noScript }), lawyerPage = await lawyerContext.newPage();
	await lawyerPage.goto(url + "/demo");
	const lawyerNames = await lawyerPage.$$eval("section:last-of-type ul:last-of-type b", (all) => all.map((one) => one.textContent));
	const roster = JSON.parse(readFileSync("demo/organisations.json", "utf8")).lawyers.map((one) => one.name);
	check("all lawyers of the roster can be tapped", lawyerNames.length === roster.length && roster.every((name) => lawyerNames.includes(name)), lawyerNames.join());
	for (const name of lawyerNames) {
		await become(lawyerPage, name);
		const text = await lawyerPage.textContent("main");
		desks.push({ name, offers: await lawyerPage.$$eval(".offers li", (all) => all.length), running: await lawyerPage.$$eval(".running li", (all) => all.length), hearings: (text.match(/开庭 9月/g) ?? []).length, over: Number(text.match(/了结的 (\d+)/)?.[1] ?? 0) });
	}
	const sumOf = (key) => desks.reduce((sum, desk) => sum + desk[key], 0);
	check("their desks hold offers, running cases, hearings and cases that are over", ["offers", "running", "hearings", "over"].every((key) => sumOf(key) > 1), JSON.stringify(desks));
	const busy = desks.find((desk) => desk.offers > 0 && desk.over > 0) ?? desks[0];
	await become(lawyerPage, busy.name);
	await picture(lawyerPage, "lawyer-desk");
	await fit(lawyerPage, "a lawyer's desk of the demo");
	await press(lawyerPage, ".offers a");
	const offered = lawyerPage.url(), employer = await lawyerPage.textContent(".big-kv b");
	// The administrator enters that his firm acts for the employer: from this moment on he cannot take the case.
	const rosterPage = await (await chromium.newContext({ ...desk, ...noScript })).newPage();
	await become(rosterPage, "马管理");
	await rosterPage.goto(url + "/admin/lawyers");
	await press(rosterPage, `a:has(b:text-is("${busy.name}"))`);
	await rosterPage.fill("#client", employer);
	await press(rosterPage, "form.inline button");
	await press(lawyerPage, ".bar button.btn");
	check("a conflict that is entered after the offer still stops him (LA23)", (await lawyerPage.textContent("main")).includes("查到了") && (await lawyerPage.textContent("h1")).includes("不能接") && !(await lawyerPage.$(".bar form")));
	await fit(lawyerPage, "a conflict");
	await picture(lawyerPage, "lawyer-conflict");
	await lawyerPage.goto(offered + "/decline");
	check("and the reason is filled in", await lawyerPage.isChecked("input[value=conflict]"));
	await press(lawyerPage, "main form button.btn");
	check("he hands it back in one more tap", lawyerPage.url().includes("said=declined"));
	await press(rosterPage, "form[action$='/leave'] button");
	check("a slip takes nobody off the roster", (await rosterPage.textContent(".errors")).includes("我确定"));
	await fit(rosterPage, "a lawyer on the roster");
	await picture(rosterPage, "roster-lawyer");
	await rosterPage.check("#sure input");
	await press(rosterPage, "form[action$='/leave'] button");
	check("taken off the roster, he is gone from the list", (await rosterPage.textContent(".good")).includes("移出名册") && !(await rosterPage.textContent(".rows")).includes(busy.name));
	await lawyerPage.goto(url + "/lawyer");
	check("and stands before the door with his next tap", lawyerPage.url().includes("/sign-in"), lawyerPage.url());
	await lawyerContext.close();

	// A stranger with a phone: the code stands on the page of messages.
	await page.context().clearCookies();
	await page.goto(url + "/sign-in");
	await page.fill("input[name=phone]", "13800138000");
	await press(page, "main form button.btn");
	const entry = page.url();
	const phonePage = await context.newPage();
	await phonePage.goto(url + "/demo/messages?phone=13800138000");
	const code = (await phonePage.textContent(".sms li .code")).trim();
	check("the code of a sign-in arrives on the page of messages", /^\d{6}$/.test(code), code);
	await page.goto(entry);
	await page.fill("input[name=code]", code);
	await press(page, "main form button.btn");
	await page.goto(url + "/identity?next=/my");
	await press(page, 'form[action="/demo/identity"] button');
	check("a tap stands for the city's app: the identity is confirmed", page.url().endsWith("/my") && (await page.textContent("main")).includes("身份已核验"), page.url());
	check("and signs in", !page.url().includes("/sign-in") && !!(await page.$('a[href="/sign-out"]')), page.url());

	// The staff's own way in: password and the authenticator's code of the demo's clock.
	await page.context().clearCookies();
	await page.goto(url + "/staff/sign-in?phone=13900001103");
	await page.fill("input[name=password]", "demo-hall-2022");
	await press(page, "main form button.btn");
	await phonePage.goto(url + "/demo/messages");
	await phonePage.click("summary");
	const totp = (await phonePage.textContent('.codes tr:has-text("13900001103") .code')).trim();
	await page.fill("input[name=code]", totp);
	await press(page, "main form button.btn");
	check("the staff's authenticator code stands there too, and signs in", page.url().includes("/leader"), page.url());

	// The leader's numbers open lists of exactly that many (LA18, X2).
	const links = await page.$$eval("main a[href*='kind=']", (all) => all.map((one) => ({ href: one.getAttribute("href"), text: one.textContent })));
	const wrong = [];
	let total = 0;
	for (const link of links.slice(0, 25)) {
		const number = Number((link.text.match(/\d+/) ?? [])[0]);
		if (Number.isNaN(number)) continue;
		await page.goto(url + link.href);
		const text = await page.textContent("main");
		if (!new RegExp(`(^|\\D)${number}(\\D|$)`).test(text)) wrong.push(`${number} ${link.href}`);
		total = Math.max(total, number);
	}
	check("each number on the leader's page opens a list of that many (X2)", links.length > 5 && wrong.length === 0, `${links.length} links; ${wrong.join("; ")}`);
	await page.goto(url + "/leader");
	const whole = Number((await page.textContent("main")).match(/建厅以来\s*(\d+)\s*件/)?.[1]);
	await page.goto(url + "/desk?kind=cases");
	const listed = Number((await page.textContent("h1")).match(/\d+/)?.[0]);
	check("the whole is the list of all cases, 102 when all have come (LA18)", whole === listed && whole >= total && (applicants !== "0" || whole === 102), `${whole} ${listed}`);

	// The clock: deadlines fire.
	await page.goto(url + "/demo/clock");
	const first = await page.textContent(".time");
	await press(page, "button[value=hour]");
	check("an hour on", (await page.textContent(".time")) !== first && page.url().includes("since="));
	await press(page, "button[value=next]");
	const fired = await page.textContent("#fired");
	check("to the next deadline: the warning fires at its moment", fired.includes("时限将到") && fired.includes("00:00"), fired.slice(0, 200));
	await press(page, "button[value=workingDay]");
	await press(page, "button[value=week]");
	check("a week on: promises that nobody kept are late, and tasks overdue", (await page.textContent("#fired")).includes("时限已过") && (await page.textContent("#fired")).includes("待办逾期"));
	check("the sums count what happened", /时限已过 [1-9]\d*/.test(await page.textContent(".sums")), await page.textContent(".sums"));
	await picture(page, "clock-fired");
	const then = await page.textContent(".time");
	await fit(page, "what fired");

	await close();
	await open("--demo");
	await page.goto(url + "/demo/clock");
	check("opened again it goes on where it was", (await page.textContent(".time")).slice(0, 10) === then.slice(0, 10), `${then} ${await page.textContent(".time")}`);
	await close();
	check("the hall still stands up to its log after all that", run("verify", "--hall", hall).code === 0);
	await open();
	const statuses = await Promise.all(["/demo", "/demo/messages", "/demo/clock"].map(async (path) => (await fetch(url + path)).status));
	const posted = await fetch(url + "/demo/sign-in", { method: "POST", body: "group=staff&id=1", headers: { "Content-Type": "application/x-www-form-urlencoded" } });
	check("without --demo none of these pages exists", [...statuses, posted.status].every((status) => status === 404), JSON.stringify([...statuses, posted.status]));
	await context.close();
} finally {
	await chromium.close();
	if (server.exitCode === null) await close();
	rmSync(folder, { recursive: true, force: true });
}
finish();
