// The front door: what a stranger meets first, in both languages, on every width, with and without script.
import { Hall, browser, check, desk, enlarge, finish, fit, narrow, noScript, phone, picture, press, weight } from "./story.mjs";

const hall = new Hall();
const url = await hall.open();
const chromium = await browser();
try {
	for (const [title, options] of [["phone", phone], ["narrow", narrow], ["desk", desk], ["no script", { ...phone, ...noScript }]]) {
		const context = await chromium.newContext(options);
		const page = await context.newPage();
		await page.goto(url + "/");
		check(`${title}: the home page names the service and the hotline`, (await page.textContent("main")).includes("职工法律援助") && (await page.textContent("main")).includes("12351"));
		await picture(page, title.replace(" ", "-"));
		if (title !== "no script") await fit(page, `home, ${title}`);
		await press(page, "a.lang");
		check(`${title}: the other language is one tap away (English)`, (await page.getAttribute("html", "lang")) === "en" && (await page.textContent("h1")).includes("union"));
		await context.close();
	}
	const context = await chromium.newContext(phone);
	const page = await context.newPage();
	const light = await weight(page, url + "/");
	check("the home page costs at most 100 KB, of it at most 4 KB script (LA10)", light.bytes <= 100e3 && light.script <= 4e3, JSON.stringify(light));
	await page.goto(url + "/nowhere");
	check("an address that does not exist gets a page in plain words, and a way on", (await page.textContent("h1")).includes("没有找到") && (await page.$$("main a.btn")).length === 2);
	await picture(page, "not-found");
	await page.goto(url + "/");
	await enlarge(page, 2);
	await picture(page, "large-text");
	await fit(page, "home, text twice as large");
	await context.close();
} finally {
	await chromium.close();
	await hall.close();
}
finish();
