// What am I owed? Anybody asks, reads one figure and why, tries another fact; the figure goes into the application, onto its
// pages and to the clerk (LA20). Figures are worked examples of the law.
import { Hall, browser, check, desk, enlarge, finish, fit, narrow, noScript, phone, picture, press, staffPassword, totp, weight } from "./story.mjs";

const hall = new Hall();
const token = hall.session("13082230072", { name: "吴超涛", number: "150102198602136253" });
hall.other = hall.session("13900001111");
const url = await hall.open();
const chromium = await browser();

async function open(options, cookie) {
	const context = await chromium.newContext(options);
	if (cookie) await context.addCookies([{ name: "hall", value: cookie, url }]);
	const page = await context.newPage();
	page.setDefaultTimeout(10000);
	return page;
}
const heading = async (page) => (await page.textContent("h1")).trim();
async function fill(page, fields) {
	for (const [name, value] of Object.entries(fields)) await page.fill(`[name="${name}"]`, value);
}
// A choice by its words.
const choose = (page, words) => page.check(`label:has-text("${words}") input`);
const work = (page) => press(page, ".bar .btn");

// ---- anybody, on a phone ----
{
	const page = await open(phone);
	await page.goto(url + "/");
	await press(page, 'a[href="/calculator"]');
	check("the front page leads to the calculators", (await heading(page)) === "算一算，该得多少", await heading(page));
	check("each is said in plain words, with its name in law", (await page.textContent("main")).includes("被辞退了") && (await page.textContent("main")).includes("经济补偿（N）"));
	await fit(page, "choosing");
	await picture(page, "choose-390");
	await press(page, 'a[href="/calculator/economicCompensation"]');
	await fit(page, "facts");
	await picture(page, "facts-390");
	await work(page);
	check("what is missing is said beside the question", (await page.locator(".errors a").count()) >= 4 && page.url().endsWith("/calculator/economicCompensation"));
	await choose(page, "单位提出来");
	await fill(page, { serviceFrom: "2019-04-15", serviceTo: "2026-11-14", averageMonthlyWage: "11250" });
	await work(page);
	check("one figure", (await heading(page)) === "约 90,000.00 元", await heading(page));
	check("... three lines why", (await page.locator(".why li").count()) === 3);
	check("... an estimate, never a promise", (await page.textContent(".figure")).includes("估算，不是承诺"));
	check("... each step with its article", (await page.textContent(".steps-of")).includes("劳动合同法第四十七条"));
	check("... and the figures that were used, with where they come from", (await page.textContent("main")).includes("当地月最低工资") && (await page.textContent("main")).includes("待核"));
	await fit(page, "answer");
	await picture(page, "answer-390");
	await page.click("#whatif summary");
	await page.fill("#whatif [name=averageMonthlyWage]", "9876.54");
	await press(page, "#whatif .btn");
	const both = await page.textContent("#compared");
	check("another fact is shown side by side, with the difference", both.includes("90,000.00") && both.includes("79,012.32") && both.includes("10,987.68"), both);
	await fit(page, "side by side");
	await picture(page, "compared-390");
	await page.click("#whatif summary");
	await page.fill("#whatif [name=averageMonthlyWage]", "11250");
	await page.fill("#whatif [name=serviceTo]", "2026-10-13");
	await press(page, "#whatif .btn");
	check("... the first telling stays the measure", (await page.textContent("#compared")).includes("84,375.00"), await page.textContent("#compared"));
	const kept = await page.context().cookies();
	check("nothing is kept with the visitor but what forms need", kept.every((cookie) => ["visit", "language"].includes(cookie.name)), JSON.stringify(kept.map((cookie) => cookie.name)));
	await page.emulateMedia({ media: "print" });
	check("printed, the forms stay away", !(await page.isVisible("#whatif")) && !(await page.isVisible(".use")));
	const paper = await page.pdf({ format: "A4" });
	check("... and it fits a few pages", paper.length > 10000);
	await page.context().close();
}

// ---- every claim, without script, on the smallest phone ----
{
	const page = await open({ ...narrow, ...noScript });
	const cases = [
		["unpaidWages", [], { monthlyWage: "10000", months: "2" }, "20,000.00"],
		["unlawfulTermination", ["没有理由", "不是"], { serviceFrom: "2019-04-15", serviceTo: "2026-11-14", averageMonthlyWage: "11250" }, "180,000.00"],
		["noticePay", ["说您不能胜任", "不是"], { lastMonthWage: "10200" }, "10,200.00"],
		["doubleWage", [], { serviceFrom: "2025-09-01", signedOn: "2026-02-01", monthlyWage: "12000" }, "48,000.00"],
		["overtimePay", ["每天八小时"], { monthlyWage: "8700", workdayHours: "10", restHours: "8", holidayHours: "8" }, "2,750.00"],
		["annualLeavePay", [], { careerYears: "12", year: "2026", serviceFrom: "2015-01-01", serviceTo: "2026-09-30", daysTaken: "3", averageMonthlyWage: "10875" }, "4,000.00"],
		["minimumWageGap", [], { on: "2026-06-15", paid: "3100", overtime: "500", allowances: "200", months: "6" }, "2,040.00"],
		["unlawfulProbation", ["有期限的"], { servedMonths: "6", monthlyWage: "9000", contractMonths: "12" }, "36,000.00"],
		["injuryPayment", ["不是"], { averageMonthlyWage: "8000", on: "2025-08-01", grade: 8 }, "72,000.00"],
		["heatSubsidy", ["露天"], { months: "4", on: "2026-07-15" }, "1,200.00"],
		["nonCompetePay", [], { averageMonthlyWage: "15000", months: "1" }, "4,500.00"],
	];
	for (const [id, choices, fields, wanted] of cases) {
		await page.goto(`${url}/calculator/${id}`);
		if (id === "overtimePay") await picture(page, "facts-320");
		for (const words of choices) await page.locator("label.r").filter({ hasText: new RegExp(`^\\s*${words}`) }).locator("input").last().check();
		for (let tries = 0; tries < 2 && !(await page.locator(".figure").count()); tries++) {
			for (const [name, value] of Object.entries(fields)) {
				const field = page.locator(`[name="${name}"]`);
				if (!(await field.count())) continue;      /* comes once an answer above is known */
				if (typeof value === "number") await field.selectOption({ index: value + 1 });
				else await field.fill(value);
			}
			await work(page);
		}
		check(`${id}: ${wanted}, without script at 320 px`, (await heading(page)) === `约 ${wanted} 元`, await heading(page) + " " + (await page.locator(".errors").allTextContents()).join());
		if (id === "doubleWage") { await fit(page, "answer at 320 px"); await enlarge(page, 2); await fit(page, "answer at 320 px, text twice the size"); await picture(page, "answer-320-twice"); }
	}
	await page.goto(`${url}/calculator/overtimePay`);
	check("a place can be chosen without script", (await page.locator("select").count()) >= 1);
	await page.goto(`${url}/calculator/nothing`);
	check("a claim that cannot be worked out is no page", (await page.locator("h1").count()) === 1 && !(await page.locator(".figure").count()));
	await page.context().close();
}

// ---- from the application, and back into it ----
{
	const page = await open(phone, token);
	await page.goto(url + "/services/legal-aid/begin");
	await page.check("[name=agree]");
	await page.check("[name=agreeSensitive]");
	await press(page, "form button.btn");
	const application = page.url().split("/applications/")[1].split("/")[0];
	await page.goto(`${url}/applications/${application}/work`);
	await fill(page, { hiredOn: "2019-04-15", leftOn: "2026-11-14", monthlyWage: "11250" });
	await press(page, ".bar button[value=next]");
	await page.goto(`${url}/applications/${application}/claims`);
	await picture(page, "claims-390");
	await press(page, 'a[href^="/calculator?"]');
	await press(page, 'a[href^="/calculator/economicCompensation"]');
	check("what the application says already is there", (await page.inputValue("[name=serviceFrom]")) === "2019-04-15" && (await page.inputValue("[name=averageMonthlyWage]")).startsWith("11250"));
	await choose(page, "单位提出来");
	await work(page);
	check("the same figure", (await heading(page)) === "约 90,000.00 元", await heading(page));
	await picture(page, "answer-signed-in-390");
	await press(page, ".use .btn");
	check("it goes into the claim of the application", page.url().includes(`/applications/${application}/claims.0`), page.url());
	check("... as the amount", Number(await page.inputValue('[name="claims.0.amount"]')) === 90000, await page.inputValue('[name="claims.0.amount"]').catch(String));
	check("... and as what the calculator said", (await page.textContent("main")).includes("计算器算出的数") && (await page.textContent("main")).includes("90000"));
	await fit(page, "the claim");
	await picture(page, "claim-390");
	const next = () => press(page, ".bar button[value=next]");
	await next();
	for (const step of ["filed", "identity", "contact", "about", "employer", "workplace", "registered", "filing", "hardship", "lawyer", "papers"]) {
		await page.goto(`${url}/applications/${application}/${step}`);
		if (!page.url().endsWith("/" + step)) continue;
		if (step === "filed") await page.check('[name="arbitration.filed"] >> nth=0');
		if (step === "contact") await page.fill("[name=domicile]", "上海市宝山区牡丹江路2224弄11号643室");
		if (step === "employer") await page.fill('[name="employer.name"]', "上海淘鲜达电子商务有限公司");
		if (["employer", "papers"].includes(step)) await page.check("[name=unknown]");
		if (step === "workplace") await page.selectOption("select >> nth=1", { label: "宝山区" });
		if (step === "filing") await fill(page, { "arbitration.caseNumber": "宝劳人仲（2026）办字第7号", "arbitration.filedOn": new Date(Date.now() - 3 * 864e5).toISOString().slice(0, 10) });
		if (step === "hardship") await page.check('[name="answers.hardshipPromise"] >> nth=0');
		if (step === "lawyer") await page.check('[name="answers.ownLawyer"] >> nth=0');
		await next();
	}
	await page.goto(`${url}/applications/${application}/check`);
	check("... and stands among the answers before submitting", (await page.textContent("main")).includes("计算器算出的数"));
	await picture(page, "check-390");
	const waits = await page.locator(".errors, .note").allTextContents();
	await page.goto(`${url}/calculator/overtimePay?for=${application}`);
	check("from another claim the wage is known too", (await page.inputValue("[name=monthlyWage]")).startsWith("11250"));
	const other = await open(phone, hall.other);
	await other.goto(`${url}/calculator/economicCompensation?for=${application}`);
	check("another person's application says nothing", (await other.inputValue("[name=serviceFrom]")) === "");
	await other.context().close();
	await page.goto(`${url}/applications/${application}/check`);
	await press(page, "#fm .btn, .bar button.btn:not(.sec)");
	check("the application is submitted", page.url().includes("/cases/"), page.url() + " " + waits.join());
	const clerk = await open(desk);
	await clerk.goto(url + "/staff/sign-in");
	await fill(clerk, { phone: "13900001101", password: staffPassword });
	await press(clerk, "main .btn");
	await clerk.fill("#code", totp());
	await press(clerk, "main .btn");
	await clerk.goto(`${url}/desk/cases/${page.url().split("/").pop()}`);
	const claims = await clerk.textContent("#claims");
	check("the clerk sees the calculator's figure beside the claimed one", (claims.match(/90,000\.00/g) ?? []).length === 2 && claims.includes("申请人用了这个数"), claims);
	await fit(clerk, "the clerk's page");
	await picture(clerk, "clerk-1280");
	await clerk.click("#grant summary");
	await press(clerk, "#grant .btn");
	await clerk.context().close();
	const papers = page.url() + "/papers";
	for (let i = 0; i < 60 && !(await page.content()).includes("/papers/application"); i++) { await page.waitForTimeout(500); await page.goto(papers); }
	await page.goto(papers + "/application");
	const paper = await page.textContent("main");
	check("and the paper carries the same figure (LA17, LA20)", /90,?000(\.00)?/.test(paper), paper.slice(0, 600));
	await picture(page, "paper-390");
	await page.context().close();
}

// ---- on a desk, in English ----
{
	const page = await open({ ...desk, locale: "en-GB" });
	await page.context().addCookies([{ name: "lang", value: "en", url }]);
	await page.goto(`${url}/calculator/doubleWage`);
	check("in English too", (await page.textContent("main")).includes("First day with this employer"), await heading(page));
	await picture(page, "facts-english-1280");
	await fill(page, { serviceFrom: "2026-03-16", signedOn: "2026-07-01", monthlyWage: "10000" });
	await work(page);
	check("... the same figure in English", (await heading(page)) === "About 25,057.47 yuan", await heading(page));
	await fit(page, "answer in English at 1280 px");
	await picture(page, "answer-english-1280");
	const { bytes } = await weight(page, `${url}/calculator`);
	check("a first visit weighs less than 100 KB", bytes < 100 << 10, String(bytes));
	await page.context().close();
}

// ---- programs ----
{
	const call = (id, facts) => fetch(`${url}/api/v1/calculator/${id}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(facts) });
	const answer = await (await call("economicCompensation", { serviceFrom: "2010-09-01", serviceTo: "2025-12-31", averageMonthlyWage: "45000" })).json();
	check("a program gets the same, as exact text", answer.amount === "447624" && answer.why.length === 3 && answer.parameters.length === 2, JSON.stringify(answer).slice(0, 300));
	const little = await (await call("economicCompensation", { serviceFrom: "2010-09-01" })).json();
	check("... and hears what is missing", little.amount === undefined && little.missing.includes("serviceTo"), JSON.stringify(little).slice(0, 300));
	const elsewhere = await (await call("economicCompensation", { region: "820000", serviceFrom: "2010-09-01", serviceTo: "2025-12-31", averageMonthlyWage: "45000" })).json();
	check("... where a place has no figures there is no figure", elsewhere.amount === undefined && elsewhere.missing.includes("minimumWageMonth"), JSON.stringify(elsewhere).slice(0, 300));
	const wrong = await call("economicCompensation", { serviceFrom: "yesterday" });
	check("... a wrong value is refused", wrong.status === 422 || wrong.status === 400, String(wrong.status));
	check("... an unknown claim is not there", (await call("nothing", {})).status === 404);
}

await chromium.close();
await hall.close();
finish();
