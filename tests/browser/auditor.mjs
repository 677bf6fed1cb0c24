// The auditor's room: who read which case, what was refused, the log held against itself, decisions decided again; ten thousand
// rows in pages; no worker's name anywhere (LA4, X1, idea 1).
import { Hall, browser, build, check, desk, enlarge, finish, fit, noScript, phone, picture, press, readFileSync, signInStaff } from "./story.mjs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const applicants = readFileSync("demo/applicants.jsonl", "utf8").trim().split("\n").map((line) => JSON.parse(line));

const hall = new Hall();
const numbers = [1, 2, 3].map((index) => JSON.parse(execFileSync(join(build, "unionhall"), ["case", "run", `demo/applicants.jsonl:${index}`, "--hall", hall.hall, "--at", new Date().toISOString(), "--hand-in"], { stdio: ["ignore", "pipe", "pipe"] })).case);
const curious = hall.session("13600000001", { name: "好奇的人" });
const url = await hall.open();
const sql = (text) => execFileSync("sqlite3", [join(hall.hall, "hall.db"), "-cmd", ".timeout 5000", text]).toString().trim();
const chromium = await browser();
const staff = (person, options = desk) => signInStaff(chromium, url, person, options);
const text = (page) => page.textContent("main");
const nameless = async (page) => !applicants.slice(0, 3).some((one) => [one.name, one.phone, one.idNumber].some((word) => page.includes(word)));

try {
	// somebody reads, somebody tries
	const clerk = await staff("13900001101");
	await press(clerk, ".file:first-child a");
	const caseId = new URL(clerk.url()).pathname.split("/")[3], read = (await clerk.textContent(".sub .num")).trim();
	const context = await chromium.newContext(desk);
	await context.addCookies([{ name: "hall", value: curious, url }]);
	const stranger = await context.newPage();
	check("somebody else's case is not there for a curious worker", (await stranger.goto(`${url}/cases/${caseId}`)).status() === 404);

	const page = await staff("13900001107");
	check("the sign-in leads the auditor to his room", page.url().endsWith("/audit") && (await page.textContent("h1")) === "日志");
	check("the log's head stands there, and that it was never held against everything yet", (await text(page)).includes("签名") && /[0-9a-f]{64}/.test(await text(page)));
	await picture(page, "log-1280");
	await fit(page, "the log at 1280");
	await press(page, "form[action='/audit/verify'] button");
	for (let i = 0; i < 60 && !(await page.$(".card .tag.ok")); i++) {
		await page.waitForTimeout(500);
		await page.goto(url + "/audit");
	}
	check("asked for, the log is held against everything, and the result and its moment stand there", (await page.$(".card .tag.ok")) !== null, await text(page));

	// who read, what was refused
	await press(page, "text=谁看过");
	const reads = await text(page);
	check("who read which case and when", reads.includes("何经办") && reads.includes(read) && reads.includes("查看"));
	check("without anybody's name, phone or number", await nameless(reads));
	await picture(page, "reads-1280");
	await press(page, "text=被拒绝");
	check("the refused look is there, with the case", (await page.textContent(".events")).includes("访问被拒绝") || (await page.textContent(".events")).includes("没有让看"));
	await press(page, "text=撤回和删除");
	check("what went away has a page of its own that says what is kept how long", (await text(page)).includes("10年") && (await text(page)).includes("没有"));
	await picture(page, "gone-1280");

	// filters
	await page.goto(url + "/audit");
	await page.selectOption("select[name=person]", { label: "何经办" });
	await press(page, ".filter .btn.small");
	const rows = await page.$$eval(".events li", (list) => list.map((li) => li.textContent));
	check("one member of the staff alone", rows.length > 0 && rows.every((row) => row.includes("何经办")), rows.join("\n"));
	await page.goto(url + "/audit");
	await page.fill("#case", numbers[1].replace("（", "(").replace("）", ")"));
	await press(page, ".filter .btn.small");
	const ofCase = await page.$$eval(".events li", (list) => list.map((li) => li.textContent));
	check("one case alone, its number typed with other brackets", ofCase.length > 5 && ofCase.every((row) => row.includes(numbers[1])));
	check("nor its applicant's name", await nameless(ofCase.join()));
	await picture(page, "case-1280");
	await page.fill("#case", "（2026）没有字第1号");
	await press(page, ".filter .btn.small");
	check("a number that nobody has is told, and stays to be mended", (await page.textContent(".errors")).includes("没有这个办件号") && (await page.inputValue("#case")).includes("没有字"));
	await fit(page, "a wrong number");
	await page.goto(url + "/audit?from=2031-01-01");
	check("days without events say so", (await page.$$(".events li")).length === 0 && (await text(page)).includes("没有"));
	await page.goto(url + "/audit?kind=decision");
	check("one kind alone", (await page.$$(".events li")).length === 3);
	await page.goto(url + "/audit");
	const [download] = await Promise.all([page.waitForEvent("download"), page.click("text=CSV")]);
	const csv = readFileSync(await download.path(), "utf8");
	check("the list comes as a file", csv.startsWith("\ufeffid,at,who,name,what,subject,case\r\n") && csv.includes(numbers[2]) && await nameless(csv));

	// decisions
	await press(page, "text=决定和规则版本");
	check("each decision with the version of its rules", (await page.$$(".rows li")).length === 3 && /版本 [0-9a-f]{12}/.test(await text(page)));
	await picture(page, "receipts-1280");
	await fit(page, "decisions at 1280");
	await press(page, ".rows li:first-child a");
	const receipt = page.url();
	check("one of them: file, fingerprint, figures, and no answer of the applicant", /[0-9a-f]{64}/.test(await text(page)) && await nameless(await text(page)) && !(await text(page)).includes("仲裁委"));
	await press(page, "text=重算一遍");
	check("decided again, it is the same", page.url() === receipt && (await text(page)).includes("重算一致"));
	await picture(page, "receipt-1280");
	await fit(page, "a decision at 1280");
	await press(page, "text=再重算一遍");
	check("a second click is a second line", (await page.$$(".events li")).length === 2);
	const ids = sql("select receipt_id from receipt order by receipt_id desc limit 2").split("\n");
	sql(`update receipt set sealed_whole = (select sealed_whole from receipt where receipt_id = ${ids[1]}) where receipt_id = ${ids[0]}`);
	await press(page, "text=再重算一遍");
	check("a receipt that was changed is named at once", (await text(page)).includes("重算不一致") && (await page.textContent(".note")).length > 10);
	await picture(page, "differs-1280");
	await page.goto(url + "/audit/receipts");
	check("and the list shows it", (await page.textContent(".rows li:first-child")).includes("不一致"));

	// programs
	const ask = (path) => page.evaluate(async (path) => { const answer = await fetch("/api/v1" + path); return { status: answer.status, body: await answer.json() }; }, path);
	const log = await ask("/audit?view=reads&case=");
	check("the same for programs", log.status === 200 && log.body.events.some((event) => event.what === "case.read" && event.number === read) && log.body.size > 0, JSON.stringify(log).slice(0, 300));
	const decisions = await ask("/audit/receipts");
	check("decisions too", decisions.status === 200 && decisions.body.receipts.length === 3 && decisions.body.receipts[0].replays.length === 3, JSON.stringify(decisions).slice(0, 300));

	// nobody else
	const leader = await staff("13900001103");
	check("the leader does not come in", (await leader.goto(url + "/audit")).status() === 403);
	check("and the auditor opens no case", (await page.goto(`${url}/desk/cases/${caseId}`)).status() === 403);

	// ten thousand rows more, from the page that looks after them: pages, not a heap
	sql("with recursive n(i) as (select 1 union all select i + 1 from n where i < 12000) insert into event (event_id, case_id, at_ms, who, what, subject, sealed_detail, digest, staff) select (select max(event_id) from event) + i, null, (select max(at_ms) from event) + i / 100, 'hall', 'code.proved', 'signIn', null, x'00', 0 from n");
	const began = Date.now();
	await page.goto(url + "/audit");
	const took = Date.now() - began;
	check("a page of a hundred out of twelve thousand opens at once", (await page.$$(".events li")).length === 100 && took < 3000, String(took));
	let pages = 0, seen = 100;
	while (await page.$("text=更早的") && pages < 5) { await press(page, "text=更早的"); seen += (await page.$$(".events li")).length; pages++; }
	check("and goes on, page after page, and back to the newest", pages === 5 && seen === 600 && (await page.$("text=回到最新")) !== null, `${pages} ${seen}`);
	const [large] = await Promise.all([page.waitForEvent("download"), page.click("text=CSV")]);
	check("all of them come as one file", readFileSync(await large.path(), "utf8").split("\r\n").length > 12000);

	// small screens, large text, no script, English
	const small = await staff("13900001107", { ...phone, ...noScript });
	await picture(small, "log-390");
	await small.goto(receipt);
	await picture(small, "receipt-390");
	await small.goto(url + "/audit/receipts");
	await picture(small, "receipts-390");
	const other = await staff("13900001107", phone);
	for (const [path, title] of [["/audit?view=reads", "reads"], ["/audit/receipts", "receipts"], [new URL(receipt).pathname, "receipt"]]) {
		await other.setViewportSize({ width: 390, height: 844 });
		await other.goto(url + path);
		await fit(other, `${title} at 390`);
		await other.setViewportSize({ width: 320, height: 640 });
		await other.goto(url + path);
		await fit(other, `${title} at 320`);
		await picture(other, `${title}-320`);
		await other.setViewportSize({ width: 390, height: 844 });
		await other.goto(url + path);
		await enlarge(other, 2);
		await fit(other, `${title} with text of twice the size`);
		await picture(other, `${title}-double`);
	}
	await other.goto(url + "/audit?lang=en&view=reads");
	check("the room speaks English too", (await text(other)).includes("Who read"));
	await picture(other, "reads-en");
} finally {
	await chromium.close();
	await hall.close();
}
finish();
