// The clerk's morning: sign in with password and code, work the queue off by keys, ask for exactly what is missing, meet a
// colleague at the same file, assign by hand, find, export, print (LA1, LA4, LA8, LA15, LA23, X2).
import { Hall, browser, build, check, desk, enlarge, finish, fit, narrow, noScript, phone, picture, press, readFileSync, signInStaff, staffPassword, totp } from "./story.mjs";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";


// Applicants of the demo as cases of this hall: `days` ago each, so that some are late and some are not.
const hall = new Hall();
const lines = readFileSync("demo/applicants.jsonl", "utf8").trim().split("\n").map((line) => JSON.parse(line));
async function photograph(chromium) {
	const page = await chromium.newPage({ viewport: { width: 620, height: 880 } });
	await page.setContent("<body style='font:17px/2 serif;padding:48px;background:#fbf8f0'><h2 style='text-align:center'>劳动人事争议仲裁申请书</h2><p>申请人：（见申请表）</p><p>被申请人：上海某某有限公司</p><p>请求事项：支付拖欠的工资、经济补偿。</p><p>事实和理由：申请人在被申请人处工作，被申请人自上月起没有支付工资……</p><p style='text-align:right'>样张</p>");
	const path = join(hall.folder, "photo.png");
	await page.screenshot({ path });
	await page.close();
	return "photo.png";
}
function play(index, days, change = {}, photo) {
	const { id, inGroup, expect, submittedAt, ...data } = lines[index - 1];
	const files = data.files?.arbitrationApplication === "sample" && photo ? { arbitrationApplication: photo } : data.files;
	const file = join(hall.folder, `case-${index}.json`);
	writeFileSync(file, JSON.stringify({ ...data, files, ...change }));
	execFileSync(join(build, "unionhall"), ["case", "run", file, "--hall", hall.hall, "--at", new Date(Date.now() - days * 86400e3).toISOString()], { stdio: ["ignore", "ignore", "pipe"] });
}

const chromium = await browser();
try {
	const photo = await photograph(chromium);
	for (const [index, days] of [[1, 9], [30, 6], [38, 5], [40, 3], [48, 3], [55, 2], [61, 2], [64, 1], [91, 1], [95, 0], [97, 0]]) play(index, days, {}, photo);
	for (const index of [2, 3, 4]) play(index, 1, {}, photo);
	// Nobody is free for one case, so a person must assign; afterwards one is back.
	const roster = (available) => execFileSync("sqlite3", [join(hall.hall, "hall.db"), `update lawyer set available = ${available}`]);
	roster(0);
	play(98, 0, { employer: { name: "上海鲜淘达电子商务有限公司" } }, photo);
	roster("case when name in ('林知夏') then 0 else 1 end");
	const invitation = execFileSync(join(build, "unionhall"), ["staff", "invite", "--hall", hall.hall, "--phone", "13900003301", "--name", "新来的", "--role", "legalClerk"]).toString().trim();
	const url = await hall.open("--demo");
	const signIn = (person, options = desk, path) => signInStaff(chromium, url, person, options, path);

	{ // the doors
		const page = await chromium.newPage(desk);
		await page.goto(url + "/desk");
		check("a stranger does not see the queue", !(await page.textContent("body")).includes("郑敏艳"));
		await page.goto(url + "/staff/sign-in");
		check("the demo's people stand on the sign-in page", (await page.$$(".people li")).length >= 6);
		await picture(page, "sign-in");
		await fit(page, "sign-in");
		await page.fill("#phone", "13900001101");
		await page.fill("#password", "something wrong");
		await press(page, "main .btn");
		check("a wrong password is one sentence, and the number is still there", (await page.textContent(".msg")).includes("手机号或密码不对") && (await page.inputValue("#phone")) === "13900001101");
		await page.fill("#password", staffPassword);
		await press(page, "main .btn");
		check("after the password comes the code", page.url().endsWith("/staff/code"));
		await picture(page, "code");
		await page.fill("#code", "000000");
		await press(page, "main .btn");
		check("a wrong code is refused in words", (await page.textContent(".msg")).includes("验证码不对"));
		await press(page, "text=恢复码");
		check("a recovery code is one tap away", (await page.textContent("h1")).includes("恢复码"));
		await page.context().close();
	}

	{ // an invitation: password, app, recovery codes, and in
		const page = await chromium.newPage(phone);
		await page.goto(url + invitation);
		check("an invitation greets by name", (await page.textContent("main")).includes("新来的"));
		await picture(page, "invitation");
		await fit(page, "invitation");
		await page.fill("#password", "123456789012");
		await page.fill("#again", "123456789012");
		await press(page, "main .btn");
		check("a common password is refused in words", (await page.textContent(".msg")).includes("常见"));
		await page.fill("#password", "茶壶 火车 七 云 石头");
		await page.fill("#again", "茶壶 火车 七 云 石头");
		await press(page, "main .btn");
		check("then comes the authenticator, with a QR code", page.url().endsWith("/staff/enrol") && (await page.$(".qr svg")) !== null);
		await picture(page, "enrol");
		await fit(page, "enrolment");
		await page.click("summary");
		const own = (await page.textContent(".secret")).replace(/ /g, "");
		await page.fill("#code", "123456");
		await press(page, "main .btn");
		check("a wrong code keeps the same secret", (await page.textContent(".msg")).includes("不对") && (await page.textContent(".secret")).replace(/ /g, "") === own);
		await page.fill("#code", totp(own));
		await press(page, "main .btn");
		const codes = await page.$$eval(".codes li", (list) => list.map((li) => li.textContent));
		check("ten recovery codes are shown once", codes.length === 10 && new Set(codes).size === 10);
		await picture(page, "recovery");
		await fit(page, "recovery codes");
		await press(page, "main .btn");
		check("and the work begins", page.url().endsWith("/desk"));
		await press(page, "text=退出登录");
		await page.fill("#phone", "13900003301");
		await page.fill("#password", "茶壶 火车 七 云 石头");
		await press(page, "main .btn");
		await press(page, "text=恢复码");
		await page.fill("#code", codes[4].toLowerCase());
		await press(page, "main .btn");
		check("without the phone a recovery code opens the door", page.url().endsWith("/desk"));
		check("an invitation is good once", (await page.goto(url + invitation)).status() === 404);
		await page.context().close();
	}

	const page = await signIn("13900001101");
	check("password and code open the queue", page.url().endsWith("/desk") && (await page.textContent("h1")).includes("待办"));
	const total = Number(await page.textContent(".total"));
	check("the queue holds what waits for a person, nearest its deadline first", total === 11 && (await page.textContent(".file:first-child")).includes("郑敏艳"), String(total));
	await picture(page, "queue-1280");
	await fit(page, "queue at 1280");
	const chips = await page.$$eval(".chip b", (list) => list.map((b) => Number(b.textContent)));
	check("late, today, this week and later add up to the queue (X2)", chips.reduce((a, b) => a + b) === total, chips.join());
	let honest = true;
	for (const href of await page.$$eval(".chip, .filters a", (list) => list.map((a) => [a.getAttribute("href"), Number(a.querySelector("b").textContent)]))) {
		const other = await page.context().newPage();
		await other.goto(url + href[0]);
		honest &&= (await other.$$(".file")).length === href[1] && Number(await other.textContent(".total")) === href[1];
		await other.close();
	}
	check("every number opens a list of its length (X2)", honest);

	// by keys
	await page.keyboard.press("j");
	await page.keyboard.press("j");
	await page.keyboard.press("k");
	check("j and k move between the files", await page.evaluate(() => document.activeElement === document.querySelector("[data-row]")));
	await page.keyboard.press("Enter");
	await page.waitForURL(/desk\/cases/);
	check("Enter opens the file: failed rule, article, fact and paper stand together", await page.$eval(".card.fail", (card) => card.textContent.includes("不在本区") && card.textContent.includes("仲裁") && card.textContent.includes("浦东") && card.querySelectorAll("figure img").length > 0));
	await page.waitForTimeout(300);
	await picture(page, "case-1280");
	await fit(page, "case at 1280");
	await page.click("#whole-way > summary");
	check("the clerk sees the whole way with the step that waits", await page.$$eval("#whole-way svg g > title", (titles) => titles.some((title) => title.textContent.includes("正在办"))));
	await fit(page, "case at 1280 with the whole way");
	await picture(page, "case-way-1280");
	await page.click("#whole-way > summary");
	check("the receipt was decided again with the rules of that day", (await page.textContent(".replay")).includes("一致"));
	await press(page, "text=我来办");
	check("who takes a file has it", (await page.textContent(".take")).includes("我在办"));

	// a colleague at the same moment
	const caseUrl = page.url();
	const second = await signIn("13900001106");
	await second.goto(caseUrl);
	check("the second clerk sees who has it", (await second.textContent(".decide")).includes("何经办") && !(await second.$("#grant")));
	await picture(second, "taken");
	await press(second, "text=转给我办");
	check("he can take it over", (await second.textContent(".take")).includes("我在办"));
	await page.reload();
	check("and the first clerk sees that", (await page.textContent(".decide")).includes("王敏"));
	await press(page, "text=转给我办");
	await second.goto(caseUrl);
	await press(second, "text=转给我办");
	await second.click("#grant summary");

	// refusing by keys, with the proposal of the rule and its article
	await page.goto(caseUrl);
	await press(page, "text=转给我办");
	await page.waitForSelector(".take >> text=我在办");
	await page.waitForLoadState();
	await page.keyboard.press("r");
	check("the refusal is proposed with reason, article and remedy", (await page.inputValue("#rr")).includes("不在本区") && (await page.inputValue("#rr")).includes("法") && (await page.inputValue("#rm")).includes("15日"));
	await picture(page, "refuse");
	await fit(page, "case with the refusal open");
	const name = await page.textContent(".who-head h1");
	await page.keyboard.press("Control+Enter");
	await page.waitForURL(/said=refuse/);
	check("after a decision the next file of the same list is open", page.url().includes("/desk/cases/") && (await page.textContent(".good")).includes("不予援助") && (await page.textContent(".who-head h1")) !== name);
	await picture(page, "next");
	await press(second, "#grant .btn");
	check("the second clerk is told who decided, when and what; his own word was not sent", (await second.textContent(".note.strong")).includes("何经办") && (await second.textContent(".note.strong")).includes("不予援助"));
	await picture(second, "conflict");

	// a supplement names exactly what is asked for
	await page.keyboard.press("s");
	const ticked = await page.$$eval("#supplement input:checked", (list) => list.map((i) => i.value));
	check("what the failed rule read is ticked", ticked.length > 0, ticked.join());
	await picture(page, "supplement");
	await press(page, "#supplement .btn");
	await page.waitForURL(/said=supplement/);
	check("the supplement goes out and the next file comes", (await page.textContent(".good")).includes("请申请人补充"));

	// notes
	await page.fill("#note", "电话问过，仲裁委说下周开庭");
	await press(page, "text=记下");
	check("a note is kept", (await page.textContent("#notes")).includes("下周开庭") && (await page.textContent("#notes")).includes("何经办"));
	await page.click("#notes summary");
	await page.fill("#notes article textarea", "电话问过，改到下下周");
	await press(page, "#notes article .btn");
	check("a changed note says so and keeps what it was", (await page.textContent("#notes")).includes("改过的次数"));
	await press(page, "#notes article a");
	check("every revision can be read", (await page.textContent("main")).includes("下周开庭") && (await page.textContent("main")).includes("下下周"));
	await page.goBack();

	// granting; then search, lists, export, print
	await page.keyboard.press("g");
	await page.fill("#gr", "条件已核实");
	await press(page, "#grant .btn");
	await page.waitForURL(/said=grant/);
	check("a grant goes through", (await page.textContent(".good")).includes("给予援助"));
	await page.goto(url + "/desk");
	await page.keyboard.press("/");
	await page.keyboard.type("淘鲜达");
	await page.keyboard.press("Enter");
	await page.waitForURL(/q=/);
	const found = Number(await page.textContent(".total"));
	check("search finds an employer by two characters and more, within the queue", found > 0 && (await page.$$(".file")).length === found);
	await picture(page, "search");
	await page.goto(url + "/desk?kind=cases&order=newest");
	check("all cases are there, finished ones too", Number(await page.textContent(".total")) === 15);
	await picture(page, "cases-1280");
	for (const [format, magic] of [["CSV", "\ufeff办件号"], ["Excel", "PK"]]) {
		const [download] = await Promise.all([page.waitForEvent("download"), page.click(`.tools >> text=${format}`)]);
		const content = readFileSync(await download.path());
		check(`${format} of the list comes as a file`, content.toString("utf8").startsWith(magic) || content.toString("latin1").startsWith(magic));
	}
	await page.click(".tools >> text=打印");
	check("the list prints as one table", (await page.$$("tbody tr")).length === 15);
	await picture(page, "print");

	// small screens, large text, no script, English
	for (const [title, options, person] of [["390", phone, "13900001102"], ["no-script", { ...desk, ...noScript }, "13900001106"]]) {
		const small = await signIn(person, options);
		check(`${title}: the queue opens`, (await small.$$(".file")).length > 0);
		await picture(small, `queue-${title}`);
		if (title !== "no-script") await fit(small, `queue at ${title}`);
		await press(small, ".file:last-child a");
		await picture(small, `case-${title}`);
		if (title !== "no-script") await fit(small, `case at ${title}`);
		if (title === "390") {
			await small.setViewportSize({ width: 320, height: 640 });
			await fit(small, "case at 320");
			await picture(small, "case-320");
			await small.goto(url + "/desk");
			await picture(small, "queue-320");
			await fit(small, "queue at 320");
			await small.goto(url + "/desk?lang=en");
			check("the desk speaks English too", (await small.textContent("h1")).includes("Queue"));
			await small.goto(url + "/staff/account?lang=zh-CN");
			check("a lead may switch between his roles", (await small.textContent("main")).includes("法律援助经办"));
			await picture(small, "account");
		} else {
			await small.click("#refuse summary");
			await press(small, "#refuse .btn");
			check("without script a refusal goes the same way", small.url().includes("said=refuse"));
		}
		await small.context().close();
	}
	await page.goto(url + "/desk");
	await enlarge(page, 2);
	await picture(page, "queue-large-text");
	await press(page, ".file a");
	await enlarge(page, 2);
	await picture(page, "case-large-text");

	// the lead assigns by hand, with loads and conflicts in sight (LA23)
	const lead = await signIn("13900001102");
	await lead.goto(url + "/desk?role=legalLead");
	check("the lead finds what has no lawyer", (await lead.$$(".file")).length === 1 && (await lead.textContent(".file")).includes("指派"));
	await press(lead, ".file a");
	check("each lawyer stands there with load and conflict; who acts for the other side cannot be chosen (LA23)", (await lead.textContent(".lawyers")).includes("手上") && (await lead.$$(".lawyers input:disabled")).length === 2);
	await picture(lead, "assign");
	await fit(lead, "assigning by hand");
	await lead.click(".lawyers label:has-text('顾清和')");
	await lead.fill("#an", "熟悉劳动争议");
	await press(lead, ".decide form .btn:not(.sec)");
	check("and the case goes on", (await lead.textContent(".good")).length > 0);
	await lead.goto(url + "/desk?kind=cases&q=" + encodeURIComponent("鲜淘达"));
	check("signing is open in the same moment (LA15)", (await lead.textContent("main")).includes("签字") || (await lead.textContent("main")).includes("系统"));

	// the operator, by day and by night, sees no case (LA4)
	const operator = await signIn("13900001105");
	const refused = await operator.goto(url + new URL(caseUrl).pathname);
	check("the operator opens no case (LA4)", refused.status() === 403);
} finally {
	await chromium.close();
	await hall.close();
}
finish();
