// The operator: how the machine does, with what to do beside each alarm; backups made, proved and taken away; a locked hall
// opened from its page; and never a case (LA4).
import { Hall, browser, build, check, desk, enlarge, finish, fit, narrow, phone, picture, press, readFileSync, staffPassword, totp } from "./story.mjs";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const passphrase = "正确的马电池订书钉一二三四";
const binary = join(build, "unionhall");
const staff = JSON.parse(readFileSync("demo/organisations.json", "utf8")).staff;
const chromium = await browser();
const text = (page, selector = "main") => page.textContent(selector);
let url;

async function signIn(role, options = desk) {
	const page = await (await chromium.newContext(options)).newPage();
	await page.goto(url + "/staff/sign-in");
	await page.fill("#phone", staff.find((person) => person.roles.includes(role)).phone);
	await page.fill("#password", staffPassword);
	await press(page, "main .btn");
	await page.fill("#code", totp());
	await press(page, "main .btn");
	return page;
}

function play(hall) {
	const { id, inGroup, expect, submittedAt, ...data } = JSON.parse(readFileSync("demo/applicants.jsonl", "utf8").split("\n")[1]);
	const file = join(hall, "case.json");
	writeFileSync(file, JSON.stringify(data));
	return JSON.parse(execFileSync(binary, ["case", "run", file, "--hall", hall, "--at", new Date().toISOString()], { stdio: ["ignore", "pipe", "ignore"] })).case;
}

async function health(page, number) {
	check("one page tells how the machine does", (await text(page)).includes("能接待") && (await page.$$("main .health .card")).length === 6);
	check("and nothing of any case", !(await page.content()).includes(number));
	await picture(page, "health");
	await fit(page, "health, desk");
	for (const path of ["/desk", "/desk/cases/0000000000000", "/admin", "/admin/log", "/leader"]) check(`${path} is not the operator's (LA4)`, (await page.goto(url + path)).status() === 403);
}

async function backups(page, folder) {
	for (let i = 0; i < 60 && !(existsSync(join(folder, "backups")) && readdirSync(join(folder, "backups")).some((name) => name.endsWith(".zip"))); i++) await page.waitForTimeout(500);
	const before = readdirSync(join(folder, "backups")).length;
	check("the nightly backup of a new hall has been made already", before === 1, String(before));
	await page.goto(url + "/operator/backups");
	await press(page, "text=现在备份");
	await page.waitForFunction(() => document.querySelectorAll("main .lines-plain > li").length === 2 && !document.querySelector("meta[http-equiv]"), null, { timeout: 60000 });
	check("a backup is made in the background", (await text(page)).includes("手动"));
	await press(page, "main .lines-plain > li:first-child button:has-text('试恢复')");
	await page.waitForSelector("main .lines-plain .tag.ok", { timeout: 90000 });
	check("proving it restores it beside the hall, checks everything and counts", /1 cases, \d+ events.*all as written/.test(await text(page)), await text(page));
	check("and leaves nothing behind", !readdirSync(join(folder, "backups")).some((name) => !name.endsWith(".zip")));
	await picture(page, "backups");
	await fit(page, "backups, desk");
	const [download] = await Promise.all([page.waitForEvent("download"), page.click("main .lines-plain > li:first-child button:has-text('下载')")]);
	const taken = await download.path(), original = join(folder, "backups", download.suggestedFilename());
	check("it can be taken away, whole", readFileSync(taken).equals(readFileSync(original)) && statSync(original).size > 10000);
	check("no key is in it", !execFileSync("python3", ["-m", "zipfile", "-l", taken]).toString().includes("master.key"));
	await page.goto(url + "/operator/backups");
	check("the newest one cannot be removed", !(await page.$("main .lines-plain > li:first-child button:has-text('删除')")));
	await press(page, "main .lines-plain > li:last-child button:has-text('删除')");
	check("an older one can", (await page.$$("main .lines-plain > li")).length === 1);
	const administrator = await signIn("administrator");
	await administrator.goto(url + "/admin/log?kind=backup");
	check("who took or removed one stands in the log", (await text(administrator, "main .events")).includes("下载备份") && (await text(administrator, "main .events")).includes("罗运维"));
	await administrator.context().close();
	const newest = join(folder, "backups", readdirSync(join(folder, "backups"))[0]), old = new Date(Date.now() - 3 * 86400e3);
	utimesSync(newest, old, old);
	await page.goto(url + "/operator");
	check("without a backup of today the page is red and says what to do", (await text(page, ".is-red")).includes("超过一天没有备份") && (await text(page, ".is-red")).includes("现在备份"));
	await picture(page, "alarm");
}

async function widths(page) {
	for (const path of ["/operator", "/operator/backups", "/operator/unlock"]) {
		await page.setViewportSize(phone.viewport);
		await page.goto(url + path);
		await picture(page, "phone" + path.replaceAll("/", "-"));
		await fit(page, `${path}, phone`);
		await page.setViewportSize(narrow.viewport);
		await enlarge(page, 2);
		await fit(page, `${path}, 320 px, text twice as large`);
		await page.goto(url + path + "?lang=en");
		check(`${path} speaks English`, !/[\u4e00-\u9fff]/.test(await text(page, "h1")));
		await page.goto(url + path + "?lang=zh-CN");
	}
}

async function machines() {
	const get = async (path, headers = {}) => { const answer = await fetch(url + path, { headers }); return { status: answer.status, type: answer.headers.get("content-type"), body: await answer.text() }; };
	const ready = await get("/readyz"), metrics = await get("/metrics");
	check("/readyz answers 200 while the hall can serve, and names alarms that do not stop it", ready.status === 200 && ready.body.includes("alarm: backupOld"), JSON.stringify(ready));
	check("/metrics is Prometheus text 0.0.4 that its own checker would take",
		metrics.type.includes("version=0.0.4") && metrics.body.endsWith("\n") && metrics.body.split("\n").every((line) => line === "" || line.startsWith("# HELP ") || line.startsWith("# TYPE ") || /^[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? -?[0-9.]+$/.test(line)), metrics.body.split("\n").find((line) => line && !/^(#|[a-z_]+(\{[^}]*\})? -?[0-9.]+$)/.test(line)));
	check("it counts by operation, never by path", metrics.body.includes('route="operatorHealth",status="200"') && !metrics.body.includes("/desk"));
	check("who comes through a proxy does not read it", (await get("/metrics", { "X-Forwarded-For": "203.0.113.7" })).status === 403);
}

async function locked() {
	const folder = mkdtempSync(join(tmpdir(), "unionhall-locked-"));
	const hall = new Hall();
writeFileSync(join(hall.hall, "hall.ini"), "[backup]\nhour = 0\n");      // the night begins at midnight: the story holds at any hour
	rmSync(hall.hall, { recursive: true });
	writeFileSync(join(folder, "passphrase"), passphrase);
	hall.recovery = execFileSync(binary, ["init", "--hall", hall.hall, "--demo", "--mode", "locked", "--passphrase-file", join(folder, "passphrase")], { stdio: ["ignore", "pipe", "ignore"] }).toString().trim();
	try {
		url = await hall.open();
		const page = await (await chromium.newContext(phone)).newPage();
		const ready = await fetch(url + "/readyz");
		check("a locked hall is not ready, and says why", ready.status === 503 && (await ready.text()).includes("stops: locked"));
		check("its public pages are there", (await page.goto(url + "/")).status() === 200);
		const closed = await Promise.all(["/lawyer", "/my", "/desk"].map(async (path) => (await fetch(url + path)).status));
		check("the rooms of lawyers, workers and clerks wait until it is open", closed.every((status) => status === 503), closed.join());
		await page.goto(url + "/operator/unlock");
		await picture(page, "unlock");
		await fit(page, "unlock, phone");
		await page.fill("#passphrase", "不对的口令不对的口令");
		await press(page, "main .btn");
		check("a wrong passphrase is told so", (await text(page)).includes("不对"));
		await page.fill("#passphrase", passphrase);
		await press(page, "main .btn");
		check("the right one opens it", (await text(page)).includes("大厅开着"));
		check("then it is ready", (await fetch(url + "/readyz")).status === 200);
		await page.context().close();
		await hall.stop();
		url = await hall.open();
		const again = await (await chromium.newContext(desk)).newPage();
		for (let i = 0; i < 4; i++) {
			await again.goto(url + "/operator/unlock?with=recovery");
			await again.fill("#recoveryKey", "AAAA");
			await press(again, "main .btn");
		}
		check("tries are counted", (await text(again)).includes("试得太多"));
		await hall.stop();
		url = await hall.open();
		await again.goto(url + "/operator/unlock?with=recovery");
		await again.fill("#recoveryKey", hall.recovery.split("\n").at(-1));
		await press(again, "main .btn");
		check("the recovery key opens it too, when the passphrase is lost", (await text(again)).includes("大厅开着"), await text(again));
	} finally {
		await hall.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

const hall = new Hall();
writeFileSync(join(hall.hall, "hall.ini"), "[backup]\nhour = 0\n");      // the night begins at midnight: the story holds at any hour
try {
	const number = play(hall.hall);
	url = await hall.open();
	const page = await signIn("operator");
	check("the operator comes in at the machine's health", page.url().endsWith("/operator"), page.url());
	await page.waitForTimeout(6000);
	await health(page, number);
	await backups(page, hall.hall);
	await machines();
	await widths(page);
	await locked();
} finally {
	await chromium.close();
	await hall.close();
}
finish();
