// The lawyer on his phone: an offer with nothing private, one tap to take it, handing a case back so that another one gets it and
// the worker signs only what changed; the file on one page, on paper too; signing; hearings and results in two minutes; absence
// (LA16, LA23, LA26).
import { Hall, Phones, browser, build, check, desk, enlarge, finish, fit, narrow, noScript, phone, picture, press, readFileSync, weight } from "./story.mjs";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const lines = readFileSync("demo/applicants.jsonl", "utf8").trim().split("\n").map((line) => JSON.parse(line));
const lawyers = JSON.parse(readFileSync("demo/organisations.json", "utf8")).lawyers;

// ---- the phones: what the hall sends through its gateway ----
const phones = await new Phones().open();
const soon = (ms) => new Promise((done) => setTimeout(done, ms));
const message = (to, holds) => phones.message(to, holds), code = (to) => phones.code(to);

const chromium = await browser();
const hall = new Hall();
writeFileSync(join(hall.hall, "hall.ini"), phones.ini, { mode: 0o600 });

// A photograph of a pay slip, for the evidence.
async function photograph(file) {
	const page = await chromium.newPage({ viewport: { width: 600, height: 800 } });
	await page.setContent("<body style='font:28px sans-serif;padding:40px;background:#f4efe2'><h1>工资条</h1><p>2022年7月</p><p>应发 11250.00</p><p>实发 0.00</p></body>");
	await page.screenshot({ path: file, type: "jpeg" });
	await page.close();
}
function handIn(index, files = {}, more = {}) {
	const { id, inGroup, expect, submittedAt, ...data } = lines[index - 1];
	const file = join(hall.folder, `case-${index}.json`);
	writeFileSync(file, JSON.stringify({ ...data, ...more, files: { ...data.files, ...files } }));
	const out = execFileSync(join(build, "unionhall"), ["case", "run", file, "--hall", hall.hall, "--at", new Date().toISOString(), "--hand-in"], { stdio: ["ignore", "pipe", "pipe"] });
	return { ...JSON.parse(out), data };
}
await photograph(join(hall.folder, "slip.jpg"));
const taken = handIn(2, { arbitrationApplication: "slip.jpg" }), handedBack = handIn(3);
const longName = "上海宝山吴淞口国际邮轮港供应链管理及冷链仓储配送服务（集团）有限公司第三分公司";
const withdrawn = handIn(9), long = handIn(25, {}, { employer: { name: longName, uscc: null } });
const [first, second, fourth, fifth, third] = lawyers;      // in the order in which the rule takes them
const workers = new Map([taken, handedBack, withdrawn, long].map((one) => [one.data.phone, hall.session(one.data.phone, { name: one.data.name, number: one.data.idNumber })]));

let url = await hall.open();

async function signIn(page, number, next = "/lawyer") {
	await page.goto(url + next);
	await page.fill("#phone", number);
	await press(page, "main button.btn");
	await page.fill("#code", await code(number));
	await press(page, "main form button.btn");
}
// Signs whatever waits for the one who is signed in, by name and code; the titles of what he signed.
async function signAll(page, path, name, number) {
	const titles = [];
	for (;;) {
		await page.goto(url + path + "/papers");
		const next = await page.$("a.btn.wide");
		if (!next) return titles;
		await press(page, "a.btn.wide");
		titles.push(await page.textContent("h1"));
		const unfold = async () => { if ((await page.getAttribute("#typed", "open")) === null) await page.click("#typed summary"); };
		await unfold();
		if (await page.$("form[action$='/code']")) {
			await press(page, "form[action$='/code'] button");
			await unfold();
			await page.fill("#code", await code(number));
		}
		await page.fill("#typedName", name);
		await page.check("#read input");
		await press(page, "#typed form[action$='/sign'] button.btn");
	}
}
async function asWorker(one) {
	const context = await chromium.newContext({ ...phone, ...noScript });
	await context.addCookies([{ name: "hall", value: workers.get(one.data.phone), url }]);
	const page = await context.newPage();
	await page.goto(url + "/my");
	await press(page, "a.mine");
	return { page, path: new URL(page.url()).pathname };
}

try {
	// ---- the door, without script ----
	const context = await chromium.newContext({ ...phone, ...noScript }), page = await context.newPage();
	await page.goto(url + "/lawyer");
	check("a stranger comes to the lawyers' door", page.url().includes("/sign-in?next=") && (await page.textContent("h1")) === "律师登录");
	await fit(page, "the door");
	await signIn(page, "13811112222");
	check("a phone that is not on the roster does not get in, and is told what to do", (await page.textContent(".errors")).includes("名册"));
	await signIn(page, first.phone);
	await page.waitForURL(/\/lawyer$/);
	check("the lawyer was told by text message", (await message(first.phone, (text) => text.includes("指派给您"))).length > 0);

	// ---- the offer ----
	const list = await page.textContent("main");
	check("an offered case shows employer, claims and district", list.includes(taken.data.employer.name) && list.includes("拖欠工资") && list.includes("宝山"));
	check("and nothing of the worker", !list.includes(taken.data.name) && !list.includes(taken.data.phone));
	await fit(page, "the lawyer's list");
	await picture(page, "offered");
	await press(page, ".offers a");
	const casePath = new URL(page.url()).pathname;
	const offer = await page.textContent("main");
	check("and until when he has to answer", offer.includes("答复不晚于"));
	check("the offer tells the result of the conflict check, and nothing private (LA23)", offer.includes("没有查到") && !offer.includes(taken.data.name) && !offer.includes(taken.data.phone));
	check("before he accepts, there is no way to papers and files", (await Promise.all(["/papers", "/papers/application", "/papers/application/pdf", "/bundle"].map(async (rest) => (await page.request.get(url + casePath.replace("/lawyer", "") + rest)).status()))).every((status) => status >= 400));
	await fit(page, "the offer");
	await picture(page, "offer");
	await page.goto(url + casePath + "?lang=en");
	await picture(page, "offer-en");
	await page.goto(url + casePath + "?lang=zh-CN");
	await press(page, ".bar button.btn");
	check("one tap takes the case and opens the file", (await page.textContent("h1")).includes(taken.data.name));

	// ---- the file ----
	const file = await page.textContent("main");
	check("the file has facts, claims, evidence, dates and papers on one page", ["请求", "事实", "证据材料", "日期和时限", "文书", taken.data.phone, taken.data.arbitration.caseNumber, "11250"].every((words) => file.includes(words)));
	await page.$eval(".exhibits", (one) => one.scrollIntoView());
	await page.waitForFunction(() => [...document.querySelectorAll(".exhibits img")].every((img) => img.complete), null, { timeout: 10000 }).catch(() => {});
	check("the photograph stands on the page", (await page.$$eval(".exhibits img", (all) => all.every((img) => img.complete && img.naturalWidth > 100) && all.length)) === 1);
	await fit(page, "the file");
	await picture(page, "file");
	await page.setViewportSize({ width: 1280, height: 800 });
	await picture(page, "file-desk");
	await page.emulateMedia({ media: "print" });
	await page.setViewportSize({ width: 794, height: 1123 });
	await picture(page, "file-print");
	check("on paper there are no buttons, and the whole photograph", (await page.$$eval(".btn, .back, .foot", (all) => all.every((e) => !e.getClientRects().length))));
	writeFileSync(join(build, "pictures", "lawyer-file.pdf"), await page.pdf({ format: "A4", printBackground: false }));
	await page.emulateMedia({ media: "screen" });
	await page.setViewportSize(phone.viewport);
	const light = await weight(page, url + casePath);
	check("the file's page itself costs at most 100 KB", light.bytes - 30e3 <= 100e3, JSON.stringify(light));

	// ---- the same for programs ----
	const program = async (path, data) => {
		const reply = await page.request.fetch(url + "/api/v1" + path, data ? { method: "POST", data, headers: { Origin: url } } : {});
		return { status: reply.status(), type: reply.headers()["content-type"] ?? "", body: await reply.json().catch(() => null) };
	};
	const whole = await program(casePath);
	check("a program reads the same file", whole.status === 200 && whole.body.row.applicant === taken.data.name && whole.body.claims.length === taken.data.claims.length && whole.body.papers.length === 6 && whole.body.row.standing === "accepted", JSON.stringify(whole.body).slice(0, 300));
	const wrong = await program(casePath + "/result", { stage: "arbitration", result: "scheduled", happenedOn: "2022-01-01" });
	check("and is told what is wrong as a problem, field by field", wrong.status === 400 && wrong.type.includes("problem+json") && JSON.stringify(wrong.body).includes("hearingOn"), JSON.stringify(wrong));

	// ---- another lawyer hands his case back; the worker had signed already ----
	const other = await (await chromium.newContext(phone)).newPage();
	const worker = await asWorker(handedBack);
	const signed = await signAll(worker.page, worker.path, handedBack.data.name, handedBack.data.phone);
	check("the worker of the other case has signed all six", signed.length === 6, JSON.stringify(signed));
	await signIn(other, second.phone);
	await press(other, ".offers a");
	const otherPath = new URL(other.url()).pathname;
	await press(other, ".bar a.btn.sec");
	await fit(other, "why not");
	await press(other, "main button.btn");
	check("a reason is asked for, beside its field", (await other.textContent(".errors")).includes("原因"));
	await picture(other, "decline");
	await other.check("input[value=busy]");
	await press(other, "main button.btn");
	await other.waitForURL(/said=declined/);
	check("handed back, the case is gone for him", !(await other.textContent("main")).includes(handedBack.data.employer.name) && (await other.request.get(url + "/api/v1" + otherPath)).status() === 404);
	await other.goto(url + otherPath);
	check("an old link leads back to the list, with words", other.url().includes("said=gone") && (await other.textContent(".note")).includes("不在您手上"));
	const told = await message(handedBack.data.phone, (text) => text.includes("换为"));
	check("the worker is told once, with the new name and how many papers", told.includes(third.name) && told.includes("4份") && !phones.messages.some((m) => !m.used && m.to.endsWith(handedBack.data.phone) && m.text.includes("换为")), told);
	await worker.page.goto(url + worker.path + "/papers");
	check("two of six stay signed, the old four are shown as replaced", (await worker.page.textContent("main")).includes("2/6") && (await worker.page.$$(".more .rows li")).length === 4);
	await fit(worker.page, "papers after the change");
	await picture(worker.page, "papers-changed");
	const again = await signAll(worker.page, worker.path, handedBack.data.name, handedBack.data.phone);
	check("he signs only what changed", again.length === 4 && !again.includes("职工法律援助申请表") && !again.includes("风险告知书"), JSON.stringify(again));
	const next = await (await chromium.newContext(phone)).newPage();
	await signIn(next, third.phone);
	await press(next, ".offers a");
	await press(next, ".bar button.btn");
	await next.waitForURL(/\/lawyer\/cases\/[^/]+$/);
	check("the next lawyer has the case", (await next.textContent("h1")).includes(handedBack.data.name));

	// ---- the worker withdraws: before he answered, and after ----
	const late = await (await chromium.newContext(phone)).newPage();
	await signIn(late, fourth.phone);
	await press(late, ".offers a");
	const latePath = new URL(late.url()).pathname;
	const leaving = await asWorker(withdrawn);
	await leaving.page.goto(url + leaving.path + "/withdraw");
	await press(leaving.page, "main form button.btn");
	await press(late, ".bar button.btn");
	check("who taps on an offer that is gone is told so, and sees nothing of the worker", (await late.textContent("main")).includes("已经撤回") && !(await late.textContent("main")).includes(withdrawn.data.name) && !(await late.$(".bar")), await late.textContent("main"));
	await fit(late, "an offer that is gone");
	await picture(late, "gone");
	check("and its file stays closed", (await late.request.get(url + latePath)).status() === 200 && !(await (await late.request.get(url + latePath)).text()).includes(withdrawn.data.phone) && (await late.request.get(url + latePath.replace("/lawyer", "") + "/papers")).status() >= 400);
	await late.goto(url + "/lawyer");
	check("the list is empty, in friendly words", (await late.textContent("main")).includes("有新的会发短信") && (await late.textContent(".lead")).includes("0/"));
	await fit(late, "nothing in hand");
	await picture(late, "empty");
	await late.goto(url + "/sign-out");
	await press(late, "main form button");
	await late.goto(url + "/lawyer");
	check("signed out, he stands before the door", late.url().includes("/sign-in?next="), late.url());
	const longPage = await (await chromium.newContext(narrow)).newPage();
	await signIn(longPage, fifth.phone);
	await fit(longPage, "a long name in the list, 320 px");
	await picture(longPage, "long-offered");
	await press(longPage, ".offers a");
	await fit(longPage, "a long name on the offer, 320 px");
	await picture(longPage, "long-offer");
	await press(longPage, ".bar button.btn");
	await fit(longPage, "long names on the file, 320 px");
	await picture(longPage, "long-file");
	const longPath = new URL(longPage.url()).pathname;
	const going = await asWorker(long);
	await going.page.goto(url + going.path + "/withdraw");
	await press(going.page, "main form button.btn");
	await longPage.goto(url + "/lawyer");
	check("a case that ended after he had taken it stays to be read", (await longPage.textContent("details.more")).includes("已撤回"));
	await longPage.goto(url + longPath);
	check("and nothing can be written down any more", !(await longPage.$("#results a.btn")) && (await longPage.textContent("main")).includes(long.data.name));

	// ---- signing ----
	const nextPath = new URL(next.url()).pathname;
	await picture(next, "file-to-sign");
	const byLawyer = await signAll(next, nextPath.replace("/lawyer", ""), third.name, third.phone);
	check("the lawyer signs the authorization and the agreement, on the worker's pages", byLawyer.length === 2, JSON.stringify(byLawyer));
	await picture(next, "papers-signed");
	await next.goto(url + nextPath);
	check("all papers are signed, and handing back is over", !(await next.textContent("main")).includes("不能办，退回") && (await next.textContent("aside")).includes("已签好"));

	// ---- hearings and results ----
	const began = Date.now();
	await press(next, "#results a.btn");
	await fit(next, "write down");
	await picture(next, "result");
	await press(next, "main form button.btn");
	check("what is missing is told beside the fields", (await next.textContent(".errors")).includes("阶段") && (await next.textContent(".errors")).includes("结果"));
	await next.check("input[value=arbitration]");
	await next.check("input[value=scheduled]");
	await next.fill("#hours", "2.5");
	await press(next, "main form button.btn");
	check("a hearing that is set needs its day", (await next.textContent(".errors")).includes("开庭的日期") && await next.isVisible("#hearingOn"));
	/* The reminder goes out on the day before at nine: for a hearing of tomorrow at once, before nine in the morning for one of today. */
	const here = new Date(Date.now() + 8 * 3600e3), soonest = new Date(+here + (here.getUTCHours() < 9 ? 0 : 86400e3)).toISOString().slice(0, 10);
	await next.fill("#hearingOn", soonest);
	await next.fill("#hearingAt", "09:30");
	await next.fill("#place", "宝山仲裁院第二庭");
	await press(next, "main form button.btn");
	await next.waitForURL(/#results$/);
	check("a hearing is written down with few touches", (await next.textContent("#results")).includes("仲裁") && (await next.textContent(".nowcard")).includes("9:30") && Date.now() - began < 120e3);
	await picture(next, "hearing");
	await worker.page.goto(url + worker.path);
	const seen = await worker.page.textContent("#results");
	check("the worker sees the hearing on the page of his case: day, time and place (LA26)", seen.includes("9:30") && seen.includes("宝山仲裁院第二庭"), seen);
	await fit(worker.page, "the worker's case with a hearing");
	await picture(worker.page, "worker-hearing");
	const reminder = await message(handedBack.data.phone, (text) => text.includes("开庭"));
	check("the worker is reminded of tomorrow's hearing, and so is the lawyer", reminder.includes("9:30") && (await message(third.phone, (text) => text.includes("开庭"))).includes("9:30"), reminder);
	await next.goto(url + nextPath + "/result");
	await next.check("input[value=arbitration]");
	await next.check("input[value=partly]");
	await next.fill("#amount", "1,125.0");
	await next.check("#final input");
	await press(next, "main form button.btn");
	await next.waitForURL(/#results$/);
	await press(next, ".log li:first-child a");
	check("a correction begins with what was written", (await next.inputValue("#amount")) === "1125.00" && (await next.textContent("h1")).includes("更正"));
	await next.fill("#amount", "11250");
	await press(next, "main form button.btn");
	await next.waitForURL(/#results$/);
	const log = await next.textContent("#results");
	check("the slip stays, struck through; the new amount holds", log.includes("1125.00") && log.includes("已更正") && (await next.textContent("#results .big")).includes("11250.00"));
	await fit(next, "the results");
	await picture(next, "results");
	await next.goto(url + "/lawyer");
	check("a case that is over does not count any more, and stays to be found", (await next.$$(".running li")).length === 0 && (await next.textContent(".lead")).includes("0/") && (await next.textContent("details.more")).includes(handedBack.data.name));

	// ---- absence ----
	await next.goto(url + "/lawyer/away");
	await fit(next, "absence");
	await picture(next, "away");
	await next.fill("#until", soonest);
	await press(next, "main form button.btn");
	await next.waitForURL(/\/lawyer$/);
	check("he takes no new cases until that day", (await next.textContent(".lead")).includes("已暂停接新案"));
	await next.goto(url + "/lawyer/away");
	await press(next, "main form button.btn");
	check("and from now on again", (await next.textContent(".lead")).includes("暂停接新案") && !(await next.textContent(".lead")).includes("已暂停"));

	// ---- narrow, large, English, desk ----
	for (const [path, title] of [["/lawyer", "list"], [casePath, "file"], [casePath + "/result", "result"]]) {
		await page.goto(url + path);
		await page.setViewportSize(narrow.viewport);
		await fit(page, `${title}, 320 px`);
		await picture(page, `narrow-${title}`);
		const large = await (await chromium.newContext({ ...phone, storageState: await context.storageState() })).newPage();
		await large.goto(url + path);
		await enlarge(large, 2);
		await fit(large, `${title}, text twice as large`);
		await picture(large, `large-${title}`);
		await large.close();
		await page.setViewportSize(desk.viewport);
		await page.goto(url + path + "?lang=en");
		await fit(page, `${title}, English, desk`);
		await picture(page, `english-${title}`);
		await page.goto(url + path + "?lang=zh-CN");
	}

	// ---- the archive ----
	await hall.stop();
	const verified = execFileSync(join(build, "unionhall"), ["verify", "--hall", hall.hall]).toString();
	check("unionhall verify holds the replaced papers too, and says how many", verified.includes("4 replaced papers"), verified);
	const zip = join(hall.folder, "case.zip");
	execFileSync(join(build, "unionhall"), ["case", "bundle", handedBack.case, "--hall", hall.hall, "--out", zip]);
	check("the bundle holds them too, and verifies on its own", execFileSync(join(build, "unionhall"), ["bundle", "verify", zip]).toString().includes("verified"));
} finally {
	await chromium.close();
	await hall.close();
	phones.close();
}
finish();
