// The leader's morning: one screen, lateness first; every number is the length of the list it opens (LA18, X2).
import { Hall, browser, build, check, desk, enlarge, finish, fit, phone, picture, press, readFileSync, staffPassword, totp } from "./story.mjs";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";


const hall = new Hall();
const organisations = JSON.parse(readFileSync("demo/organisations.json", "utf8"));
const leader = organisations.staff.find((person) => JSON.stringify(person).includes('"leader"'));
const lines = readFileSync("demo/applicants.jsonl", "utf8").trim().split("\n").map((line) => JSON.parse(line));
// Accepted ones end at once; those for a person wait, some of them for too long.
const list = [...Array(12).keys()].map((i) => [i + 2, i]).concat([[95, 9], [97, 5], [91, 1]]);
for (const [index, days] of list) {
	const { id, inGroup, expect, submittedAt, ...data } = lines[index - 1];
	const file = join(hall.folder, `case-${index}.json`);
	writeFileSync(file, JSON.stringify(data));
	execFileSync(join(build, "unionhall"), ["case", "run", file, "--hall", hall.hall, "--at", new Date(Date.now() - days * 86400e3).toISOString()], { stdio: ["ignore", "ignore", "pipe"] });
}

const chromium = await browser();
try {
	const url = await hall.open("--demo");
	const context = await chromium.newContext(desk);
	const page = await context.newPage();
	await page.goto(url + "/leader");
	check("a stranger is sent to the staff's door", page.url().includes("/staff/sign-in"));
	await page.fill("#phone", leader.phone);
	await page.fill("#password", staffPassword);
	await press(page, "main .btn");
	await page.fill("#code", totp());
	await press(page, "main .btn");
	check("the leader comes in at this morning's page", page.url().endsWith("/leader"), page.url());
	await page.waitForSelector(".card.late", { timeout: 5000 }).catch(() => {});
	await picture(page, "desk");
	await fit(page, "leader, desk");
	const figures = await page.$$eval("main a[href^='/desk?']", (links) => links.map((a) => ({ href: a.getAttribute("href"), figure: Number((a.querySelector("b") ?? a).textContent.trim()) })));
	check("lateness stands first, and there is something late", (await page.$eval("main .grid section", (e) => e.className)).includes("late") && figures[0].figure > 0);
	const total = figures.find((f) => f.href.includes("kind=cases") && f.figure === list.length);
	check(`all ${list.length} cases are counted, none twice`, !!total, JSON.stringify(figures.map((f) => f.figure)));
	let wrong = [];
	for (const { href, figure } of figures) {
		await page.goto(url + href);
		const shown = await page.$eval("main .total", (e) => Number(e.textContent.replace(/[^0-9]/g, ""))).catch(() => -1);
		if (shown !== figure) wrong.push([href, figure, shown]);
	}
	check("each number is the length of the list it opens (X2)", !wrong.length, JSON.stringify(wrong.slice(0, 5)));
	await page.goto(url + "/desk");
	const row = await page.$("a[href*='/desk/cases/']");
	if (row) { await row.click(); check("from the list one tap leads to the case", page.url().includes("/cases/")); }
	await page.goto(url + "/leader?lang=en");
	check("the page speaks English too", (await page.textContent("h1")) === "This morning");
	await page.goto(url + "/leader?lang=zh-CN");
	await page.setViewportSize(phone.viewport);
	await picture(page, "phone");
	await fit(page, "leader, phone");
	await page.setViewportSize({ width: 320, height: 640 });
	await enlarge(page, 2);
	await fit(page, "leader, 320 px, text twice as large");
} finally {
	await chromium.close();
	await hall.close();
}
finish();
