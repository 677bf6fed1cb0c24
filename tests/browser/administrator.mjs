// The administrator: people and roles, organisations, versions, figures and holidays with their preview, tokens, outbox, log;
// and no case (LA4, LA8, LA27, X1).
import { Hall, browser, build, check, desk, enlarge, finish, fit, narrow, noScript, phone, picture, press, readFileSync, staffPassword, totp } from "./story.mjs";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";


const hall = new Hall();
const staff = JSON.parse(readFileSync("demo/organisations.json", "utf8")).staff;
const having = (role) => staff.find((person) => person.roles.includes(role));
const lines = readFileSync("demo/applicants.jsonl", "utf8").trim().split("\n").map((line) => JSON.parse(line));
// Three cases that wait for a person: their promises run.
const waiting = lines.filter((line) => line.expect.outcome === "person").slice(0, 3);
const numbers = waiting.map(({ id, inGroup, expect, submittedAt, ...data }) => {
	const file = join(hall.folder, `case-${id}.json`);
	writeFileSync(file, JSON.stringify(data));
	return JSON.parse(execFileSync(join(build, "unionhall"), ["case", "run", file, "--hall", hall.hall, "--at", new Date().toISOString()], { stdio: ["ignore", "pipe", "ignore"] })).case;
});
const url = await hall.open();       // no gateway: what is to be sent waits
const chromium = await browser();

async function signIn(role, options = desk) {
	const page = await (await chromium.newContext(options)).newPage();
	await page.goto(url + "/staff/sign-in");
	await page.fill("#phone", having(role).phone);
	await page.fill("#password", staffPassword);
	await press(page, "main .btn");
	await page.fill("#code", totp());
	await press(page, "main .btn");
	return page;
}
const text = (page, selector = "main") => page.textContent(selector);

async function people(page) {
	await page.goto(url + "/admin/people");
	check("everybody who works here is listed with his roles", (await page.$$("main .rows li")).length === staff.length && (await text(page)).includes("法律援助经办"));
	await page.fill("#q", "审计");
	await press(page, "main .find .btn");
	check("a role's word finds who has it", (await page.$$("main .rows li")).length === 1);
	await page.goto(url + "/admin/invite");
	await picture(page, "invite");
	await page.fill("#name", "新来的");
	await page.fill("#phone", "123");
	await page.selectOption("#role", "legalClerk");
	await press(page, "main form.card .btn");
	check("a wrong number is said in words beside what was typed", (await text(page)).includes("11位数字") && (await page.inputValue("#name")) === "新来的");
	await page.fill("#phone", "13900009901");
	await press(page, "main form.card .btn");
	const link = (await text(page, ".copy code")).trim();
	check("the invitation's link is shown", link.startsWith(url + "/staff/invitations/"), link);
	await picture(page, "invited");
	const address = page.url();
	await page.goto(url + "/admin/people");
	await press(page, "text=新来的");
	check("it is shown once only", !(await page.$(".copy code")) && (await text(page)).includes("等他接受邀请"));
	const guest = await (await chromium.newContext(phone)).newPage();
	await guest.goto(link);
	check("the link leads the new colleague in", (await text(guest)).includes("新来的"));
	await guest.context().close();
	await page.selectOption("#role", "operator");
	await press(page, "text=给这个角色");
	check("nobody both reads cases and runs the machines (LA4)", (await text(page)).includes("只能有其中一种角色"), address);
	await page.selectOption("#role", "leader");
	await press(page, "text=给这个角色");
	check("a role is given", (await text(page)).includes("工会领导") && (await text(page)).includes("角色已经给了"));
	await picture(page, "person");
	await fit(page, "a person");
	await press(page, "main .lines-plain li:has-text('工会领导') button");
	check("and withdrawn", !(await text(page, "main .lines-plain")).includes("工会领导"));
}

async function sessions(page) {
	const clerk = await signIn("legalClerk", phone);
	check("a clerk is at his desk", clerk.url().includes("/desk"));
	await page.goto(url + "/admin/people?q=" + having("legalClerk").phone);
	await press(page, "main .rows li a");
	await press(page, "text=结束他的全部登录");
	await clerk.reload();
	check("a session that the administrator ends is over at once", clerk.url().includes("/staff/sign-in"), clerk.url());
	await press(page, "text=重置密码和动态验证码");
	check("a reset makes a new invitation", (await text(page)).includes("/staff/invitations/"));
	await clerk.goto(url + "/staff/sign-in");
	await clerk.fill("#phone", having("legalClerk").phone);
	await clerk.fill("#password", staffPassword);
	await press(clerk, "main .btn");
	check("and the old password is void", clerk.url().includes("/staff/sign-in"));
	await clerk.context().close();
	await page.goto(url + "/admin/people?q=" + having("administrator").phone);
	await press(page, "main .rows li a");
	await press(page, "main .lines-plain button");
	check("the last administrator cannot remove himself", (await text(page)).includes("最后一位") && (await text(page, "main .lines-plain")).includes("系统管理"));
}

async function organisations(page) {
	await page.goto(url + "/admin/organisations");
	await page.fill("#name", "友谊路街道总工会");
	await page.selectOption("#kind", "union");
	await page.fill("#code", "youyi");
	await press(page, "main form.card .btn");
	check("an organisation is added below the hall", (await text(page, "h1")).includes("友谊路街道总工会"), await text(page));
	await page.fill("#hotline", "021-12345");
	await page.fill("#smsSign", "这个签名实在是太长了吧");
	await page.evaluate(() => document.querySelector("#smsSign").removeAttribute("maxlength"));
	await page.fill("#smsSign", "这个签名实在是太长了吧");
	await press(page, "main form.card .btn");
	check("a signature that eats the message is refused in words", (await text(page)).includes("最多10个字"));
	await page.goto(url + "/admin/organisations");
	await press(page, "main .rows li:first-child a");
	await page.fill("#hotline", "021-56788888");
	await press(page, "main form.card .btn");
	await picture(page, "organisation");
	const home = await (await chromium.newContext(phone)).newPage();
	await home.goto(url + "/");
	check("a new hotline stands on every page at once", (await text(home, "body")).includes("021-56788888"));
	await home.context().close();
	await page.goto(url + "/admin/lawyers");
	await picture(page, "lawyers");
	await press(page, "main .rows li a");
	await page.fill("#loadMax", "7");
	await page.check("input[value=no]");
	await press(page, "main form.card .btn");
	check("a lawyer is given another maximum and a rest", (await text(page)).includes("已经保存") && (await page.inputValue("#loadMax")) === "7" && await page.isChecked("input[value=no]"));
	await page.fill("#client", "上海某某物流有限公司");
	await press(page, "main form.inline .btn");
	check("whom he acts for is registered by name", (await text(page, "main .lines-plain")).includes("上海某某物流有限公司"));
	await press(page, "main .lines-plain button");
	check("and struck out again", !(await text(page)).includes("上海某某物流有限公司"));
}

async function versions(page) {
	const folder = join(hall.folder, "legal-aid"), zip = join(hall.folder, "legal-aid.zip"), bad = join(hall.folder, "bad.zip");
	cpSync("services/legal-aid", folder, { recursive: true });
	for (const name of JSON.parse(execFileSync("python3", ["-c", "import json,os,sys; print(json.dumps(sorted(os.listdir(sys.argv[1]))))", join(folder, "golden")]).toString()).slice(3))
		execFileSync("rm", [join(folder, "golden", name)]);
	const service = readFileSync(join(folder, "service.json"), "utf8");
	const pack = (to) => execFileSync("python3", ["-c", "import sys,shutil; shutil.make_archive(sys.argv[1][:-4],'zip',sys.argv[2],'legal-aid')", to, hall.folder]);
	writeFileSync(join(folder, "service.json"), service.replace('"accepted": "positive"', '"accepted": "positive", "nonsense": "positive"').replace('"on": "signed"', '"on": "nowhere"'));
	pack(bad);
	writeFileSync(join(folder, "service.json"), service.replace("在手机上申请", "在手机上（新版）申请"));
	pack(zip);
	await page.goto(url + "/admin/services");
	await press(page, "main a[href$='/picture']");
	check("each service has its process as a picture, and as a list", await page.$$eval("svg g > title", (titles) => titles.length > 30) && (await page.$$(".way-list li")).length > 20);
	await fit(page, "the picture of a service");
	await picture(page, "service-picture");
	await page.goto(url + "/admin/services");
	const before = await text(page, "main code");
	await page.setInputFiles("#archive", { name: "x.zip", mimeType: "application/zip", buffer: Buffer.from("no zip") });
	await press(page, "main form.card .btn");
	check("what is no ZIP is refused in words", (await text(page)).includes("不是能打开的ZIP"));
	await page.setInputFiles("#archive", bad);
	await press(page, "main form.card .btn");
	await page.waitForSelector("main .findings li", { timeout: 90000 });
	check("a folder with a fault shows what is wrong, and cannot be offered", (await text(page)).includes("nowhere") && !(await page.$("button[value=deploy]")));
	await picture(page, "candidate-bad");
	await page.goto(url + "/admin/services");
	await page.setInputFiles("#archive", zip);
	await press(page, "main form.card .btn");
	await page.waitForSelector("button[value=deploy]", { timeout: 90000 });
	await picture(page, "candidate-good");
	await fit(page, "a checked candidate");
	await press(page, "button[value=deploy]");
	check("a good one is offered, and no line of the program was changed (LA27)", (await text(page, "main code")) !== before && (await text(page)).includes("新版本已经提供"));
	const home = await (await chromium.newContext(phone)).newPage();
	await home.goto(url + "/");
	check("the front door offers it", (await text(home)).includes("（新版）"));
	await page.click("main details summary");
	check("the older version still has its running cases", (await text(page, "main details")).includes("3 件在办"));
	await picture(page, "services");
	await press(page, "text=重新提供");
	await home.reload();
	check("the older version is offered again", (await text(page, "main code")) === before && !(await text(home)).includes("（新版）"));
	await home.context().close();
}

async function figures(page) {
	await page.goto(url + "/admin/figures");
	await page.fill("#q", "最低工资");
	await press(page, "main .find .btn");
	check("a figure is found by its Chinese name, with its source", (await page.$$("main .rows li")).length >= 2 && (await text(page)).includes("上海市"));
	await page.goto(url + "/admin/figures/aidReviewDays");
	await page.fill("#value", "五");
	await page.fill("#from", "2020/1/1");
	await page.fill("#source", "测试文件〔2026〕1号");
	await page.check("input[value=verified]");
	await press(page, "main form.card .btn");
	check("a word for a number is refused, and what was typed stays", (await text(page)).includes("要一个数字") && (await page.inputValue("#source")).includes("2026"));
	await page.fill("#value", "5");
	await press(page, "main form.card .btn");
	const seen = await text(page);
	check("the preview names who uses it and each promise that moves, old and new (LA8)", seen.includes("职工法律援助 · 答复期限") && numbers.every((number) => seen.includes(number)) && (await page.$$("main table.data tbody tr")).length === 6, seen.slice(0, 300));
	check("and nothing has been changed yet", seen.includes("还没有改"));
	await picture(page, "preview");
	await fit(page, "the preview");
	await press(page, "main .acts .btn");
	check("confirmed, it is in force at once", (await text(page, ".big-figure")).includes("5") && (await text(page)).includes("6 个期限"));
	await picture(page, "figure");
	await page.goto(url + "/admin/outbox");
	check("whoever must wait longer is told", (await text(page)).includes("reviewLater"), (await text(page)).slice(0, 400));
	check("phones are masked, and no text is shown", /\d{3}\*{4}\d{4}/.test(await text(page)) && !(await text(page)).includes("【"));
	await picture(page, "outbox");
	await press(page, "main .lines-plain button");
	check("one message is tried again", (await text(page)).includes("马上再试一次"), (await text(page)).slice(0, 200));
	await page.goto(url + "/admin/figures/aidReviewDays");
	await press(page, "main .lines-plain button");
	await press(page, "main .acts .btn");
	check("a figure that was withdrawn lets the file show through, and stays in the history", (await text(page, ".big-figure")).includes("3") && (await text(page)).includes("已撤回"));
}

async function holidays(page) {
	const day = new Date(Date.now() + 8 * 3600e3);
	const days = [];
	for (let i = 1; days.length < 2; i++) {
		const at = new Date(day.getTime() + i * 86400e3);
		if (at.getUTCDay() % 6) days.push(at.toISOString().slice(0, 10));
	}
	await page.goto(url + "/admin/calendar?year=2027");
	check("a year that is not published says so", (await text(page)).includes("还没有公布"));
	await picture(page, "calendar-2027");
	await page.goto(url + "/admin/calendar");
	await picture(page, "calendar");
	await page.fill("#days", "2026-13-01 休 不存在");
	await page.fill("#source", "测试通知");
	await press(page, "main form.card .btn");
	check("a line that is no day is named", (await text(page)).includes("看不懂这一行") && (await text(page)).includes("2026-13-01"));
	await page.fill("#days", days.map((d) => `${d} 休 测试假`).join("\n"));
	await press(page, "main form.card .btn");
	check("the preview lists every promise that moves (LA8)", (await page.$$("main table.data tbody tr")).length === 6 && (await text(page)).includes("推后"));
	await picture(page, "holidays-preview");
	await press(page, "main .acts .btn");
	check("confirmed, the promises are counted anew", (await text(page)).includes("6 个期限"));
	await press(page, "main .lines-plain button");
	await press(page, "main .acts .btn");
	check("and back again", (await text(page)).includes("已撤回"));
}

async function tokensAndLog(page) {
	await page.goto(url + "/admin/tokens");
	await page.fill("#name", "数据中心监控");
	await page.selectOption("#role", "operator");
	await press(page, "main form.card .btn");
	const token = (await text(page, ".copy code")).trim();
	await picture(page, "token");
	const ask = async (path, headers = {}) => (await fetch(url + path, { headers })).status;
	const proxied = { "X-Forwarded-For": "203.0.113.9" };
	check("a token of the operator reads the metrics through a proxy; nobody else does",
		await ask("/api/v1/metrics", { ...proxied, Authorization: `Bearer ${token}` }) === 200 && await ask("/metrics", proxied) === 403);
	check("it opens no case (LA4)", await ask("/api/v1/operator", { Authorization: `Bearer ${token}` }) === 200);
	await page.goto(url + "/admin/tokens");
	check("the token is shown once", !(await text(page)).includes(token));
	await press(page, "main .lines-plain button");
	check("a revoked one is void at once", await ask("/api/v1/metrics", { ...proxied, Authorization: `Bearer ${token}` }) === 403);
	await page.goto(url + "/admin/log");
	check("the signed head can be copied", (await text(page, "pre")).startsWith("unionhall/"));
	await press(page, "text=现在核对");
	await page.waitForSelector("main .pair .tag.ok", { timeout: 60000 });
	check("everything was held against the log in the background", (await text(page, "main .pair")).includes("all as written"));
	await picture(page, "log");
	await fit(page, "the log");
	await page.selectOption("#kind", "parameter");
	await press(page, "text=筛选");
	check("events are filtered by kind, with who did it", (await page.$$("main .events li")).length === 2 && (await text(page, "main .events")).includes("马管理"));
	const csv = await page.evaluate(async () => (await fetch("/admin/log.csv?kind=parameter")).text());
	check("and exported", csv.includes("parameter.set") && csv.trim().split("\n").length === 3, csv.slice(0, 200));
}

try {
	const page = await signIn("administrator");
	check("the administrator comes in at his rooms", page.url().endsWith("/admin"), page.url());
	await picture(page, "desk");
	await fit(page, "administration, desk");
	await people(page);
	await sessions(page);
	await organisations(page);
	await figures(page);
	await holidays(page);
	await versions(page);
	await tokensAndLog(page);
	for (const path of ["/desk", "/operator", "/leader"]) check(`${path} is not his (LA4)`, (await page.goto(url + path)).status() === 403);
	const rooms = ["/admin", "/admin/people", "/admin/invite", "/admin/organisations", "/admin/lawyers", "/admin/services", "/admin/figures", "/admin/figures/minimumWageMonth", "/admin/calendar", "/admin/tokens", "/admin/outbox", "/admin/log"];
	await page.setViewportSize(phone.viewport);
	for (const room of rooms) { await page.goto(url + room); await picture(page, "phone" + room.replaceAll("/", "-")); await fit(page, `${room}, phone`); }
	await page.setViewportSize(narrow.viewport);
	for (const room of rooms) { await page.goto(url + room); await enlarge(page, 2); await fit(page, `${room}, 320 px, text twice as large`); if (room === "/admin/people") await picture(page, "large"); }
	await page.setViewportSize(desk.viewport);
	for (const room of rooms) { await page.goto(url + room + "?lang=en"); check(`${room} speaks English`, (await page.getAttribute("html", "lang")) === "en" && !/[\u4e00-\u9fff]/.test(await text(page, "h1"))); }
	await picture(page, "log-en");
	const plain = await signIn("administrator", { ...desk, ...noScript });
	await plain.goto(url + "/admin/invite");
	await plain.fill("#name", "无脚本");
	await plain.fill("#phone", "13900009902");
	await plain.selectOption("#role", "auditor");
	await press(plain, "main form.card .btn");
	check("without script it works the same", (await text(plain)).includes("/staff/invitations/"));
} finally {
	await chromium.close();
	await hall.close();
}
finish();
