// A worker asks for legal aid: from the service's page to the moment of submitting, thumb only, with and without script,
// interrupted and gone on elsewhere (LA2, LA5, LA7, LA9, LA10, LA12, LA13).
import { Hall, browser, check, desk, enlarge, finish, fit, narrow, noScript, phone, picture, press, weight } from "./story.mjs";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const applicant = { name: "吴超涛", number: "150102198602136253" };
const today = new Date(), ago = (days) => new Date(today - days * 864e5).toISOString().slice(0, 10);
const hall = new Hall();
const tokens = { first: hall.session("13082230072", applicant), plain: hall.session("13900001111", { level: 1 }), english: hall.session("13900002222") };
let url = await hall.open();
const chromium = await browser();

async function open(token, options) {
	const context = await chromium.newContext(options);
	if (token) await context.addCookies([{ name: "hall", value: token, url }]);
	const page = await context.newPage();
	page.setDefaultTimeout(30000);
	return page;
}
const where = (page) => page.url().split("/").pop().split("?")[0];
const heading = async (page) => (await page.textContent("h1")).trim();
const next = (page) => press(page, ".bar button[value=next]");
const box = (page, name, index = 0) => page.check(`[name="${name}"] >> nth=${index}`);
// What the person types, counted: ticks, choices and photos are not typing.
let typed = 0;
async function fill(page, fields) {
	for (const [name, value] of Object.entries(fields)) {
		await page.fill(`[name="${name}"]`, value);
		typed++;
	}
}
async function begin(page) {
	await page.goto(url + "/services/legal-aid");
	await press(page, "main a.btn");
	await box(page, "agree");
	await box(page, "agreeSensitive");
	await press(page, "form button.btn");
}
// A photo as a phone takes it, made by the browser itself.
function photo(page, width, height) {
	return page.evaluate(async ([width, height]) => {
		const canvas = document.createElement("canvas");
		canvas.width = width; canvas.height = height;
		const pen = canvas.getContext("2d");
		for (let i = 0; i < 3000; i++) {
			pen.fillStyle = `hsl(${(i * 37) % 360} 60% ${30 + (i % 50)}%)`;
			pen.fillRect((i * 131) % width, (i * 977) % height, 60, 40);
		}
		const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.97));
		const bytes = new Uint8Array(await blob.arrayBuffer());
		let text = "";
		for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
		return btoa(text);
	}, [width, height]).then((text) => Buffer.from(text, "base64"));
}
async function hand(page, content, name, script) {
	const file = join(hall.folder, name);     /* by its path, as a hand does it: a large one need not go through the wire of the story */
	writeFileSync(file, content);
	await page.setInputFiles("input[type=file]", file);
	if (script) await page.waitForResponse((response) => response.request().method() === "GET" || response.status() === 422);
	else await next(page);
	await page.waitForLoadState("networkidle");
}

async function straight() {
	const page = await open(tokens.first, phone);
	await begin(page);
	check("the first question is whether the case is filed", (await heading(page)) === "仲裁立案了吗？");
	await fit(page, "first question");
	await next(page);
	check("an answer that is missing is said in a summary that has the focus, and above the field", (await page.evaluate(() => document.activeElement.id)) === "errors" && (await page.textContent(".msg")).includes("请选择一项"));
	await fit(page, "a page with an error");
	await picture(page, "error");
	await box(page, "arbitration.filed");
	await next(page);
	typed = 0;
	check("name and number are filled in, and it is said from where", (await page.inputValue("[name=name]")) === applicant.name && (await page.inputValue("[name=idNumber]")) === applicant.number && (await page.textContent("form")).includes("登录时的信息"));
	await picture(page, "identity");
	await next(page);
	await fill(page, { domicile: "上海市宝山区牡丹江路2224弄11号643室" });
	await next(page);
	await box(page, "migrantWorker");
	await next(page);
	await fill(page, { "employer.name": "上海淘鲜达电子商务有限公司" });
	await press(page, "button.back");
	check("Back keeps what was ticked", (await page.isChecked("[name=migrantWorker]")) && where(page) === "about");
	await next(page);
	check("and what was typed on the page that was left", (await page.inputValue('[name="employer.name"]')) === "上海淘鲜达电子商务有限公司");
	await next(page);
	check("a code that is not known must be said to be unknown", (await page.textContent(".msg")).includes("我不知道信用代码"));
	await box(page, "unknown");
	await next(page);
	await page.selectOption("select >> nth=1", { label: "宝山区" });
	await fill(page, { job: "仓管" });
	await picture(page, "workplace");
	await next(page);
	check("the place of registration is proposed from the place of work", (await page.textContent("form")).includes("您填的上班地方"));
	await next(page);

	/* the machine goes down in the middle */
	await hall.stop("SIGKILL");
	url = await hall.open();
	await fill(page, { "arbitration.caseNumber": "宝劳人仲（2022）办字第1610号", "arbitration.filedOn": ago(9) });
	await next(page);
	check("a server that was killed and came back lets the person go on", where(page) === "work");
	await page.fill("[name=hiredOn]", ago(1200));
	await page.fill("[name=leftOn]", ago(1300));
	await page.fill("[name=monthlyWage]", "一万");
	await next(page);
	check("dates in the wrong order and words for a number are said at their fields", (await page.$$(".f.err")).length === 2);
	await fill(page, { hiredOn: ago(1200), leftOn: ago(30), monthlyWage: "11,250元" });
	await next(page);
	await box(page, "claims.type", 0);
	await box(page, "claims.type", 2);
	await picture(page, "claims");
	await next(page);
	await fill(page, { "claims.0.months": "1", "claims.0.amount": "１１２５０" });
	await next(page);
	check("compensation proposes the dates that were given", (await page.inputValue('[name="claims.1.serviceFrom"]')) === ago(1200));
	await box(page, "unknown");
	await next(page);
	await box(page, "answers.hardshipPromise");
	await picture(page, "hardship");
	await next(page);
	await box(page, "answers.ownLawyer");
	await next(page);
	await hand(page, await photo(page, 4000, 3000), "申请书.jpg", true);
	check("a photo of twelve megapixels is taken, smaller", /申请书\.jpg/.test(await page.textContent(".files")) && /KB|[01]\.\d MB/.test(await page.textContent(".files")));
	await picture(page, "photo");
	await next(page);
	check("all pages are answered: look them over", (await heading(page)).includes("看一遍"));
	await fit(page, "looking over");
	await picture(page, "check");
	const text = await page.textContent("main");
	check("the answers stand there in words", ["宝山区", "11250 元", "仓管", "算不清，请工会帮我算", "我承诺"].every((words) => text.includes(words)));
	await press(page, '.head a[href*="/work?"]');
	await fill(page, { monthlyWage: "11300" });
	await next(page);
	check("Change leads back to looking over, and nothing else has changed", where(page) === "check" && (await page.textContent("main")).includes("11300 元") && (await page.textContent("main")).includes("仓管"));

	const id = page.url().split("/").at(-2);
	const both = await page.evaluate(async () => {
		const body = new URLSearchParams(new FormData(document.getElementById("fm")));
		const answers = await Promise.all([1, 2].map(() => fetch(location.href, { method: "POST", body, redirect: "manual" })));
		return answers.map((answer) => answer.type);
	});
	check("a double tap submits once: both taps lead to the case", both.every((type) => type === "opaqueredirect"), JSON.stringify(both));
	await page.goto(`${url}/applications/${id}/work`);
	check("what is submitted is no draft any more: its pages lead to the case", page.url().endsWith(`/cases/${id}`));
	await page.context().close();
}

async function returning() {
	const page = await open(tokens.first, phone);
	await begin(page);
	typed = 0;
	await box(page, "arbitration.filed");
	for (const stop of ["identity", "contact", "about", "employer"]) { await next(page); check(`somebody who was here before finds ${stop} filled in`, where(page) === stop && (await page.textContent("form")).includes(stop === "about" ? "农民工" : "沪宝")); if (stop === "employer") await box(page, "unknown"); }
	await next(page);
	await next(page);
	if (where(page) === "registered") await next(page);
	await fill(page, { "arbitration.caseNumber": "宝劳人仲（2026）办字第7号", "arbitration.filedOn": ago(3) });
	await next(page);
	await fill(page, { hiredOn: ago(400), leftOn: ago(20), monthlyWage: "9000" });
	await next(page);
	await box(page, "claims.type", 0);
	await next(page);
	await fill(page, { "claims.0.months": "2", "claims.0.amount": "18000" });
	await next(page);
	await box(page, "answers.hardshipPromise");
	await next(page);
	await box(page, "answers.ownLawyer");
	await next(page);
	await box(page, "unknown");
	await next(page);
	check("who was here before types at most eight fields (LA10)", where(page) === "check" && typed <= 8, `${where(page)}, ${typed} typed`);
	await page.context().close();
}

async function withoutScript() {
	const page = await open(tokens.plain, { ...narrow, ...noScript });
	await page.goto(url + "/services/legal-aid/begin");
	await press(page, "form button.btn");
	check("nothing is collected before both consents", (await page.textContent(".errors")).includes("两处都要打勾"));
	await begin(page);
	await box(page, "arbitration.filed", 1);
	await next(page);
	check("not filed yet: what to do next, and everything is kept (LA5)", (await heading(page)).includes("先去立案") && (await page.textContent("main")).includes("12351"));
	await picture(page, "not-yet");
	await next(page);
	await fill(page, { name: "Anna Müller", idNumber: "C01X00T47" });
	await page.selectOption("[name=idType]", { label: "护照" });
	await next(page);
	check("a passport asks for sex and date of birth", where(page) === "person");
	await box(page, "sex", 1);
	await page.fill("[name=birthDate]", "1990-02-03");
	await next(page);
	await fill(page, { domicile: "沈阳市和平区南京南街1号" });
	await next(page);
	await next(page);
	await fill(page, { "employer.name": "某公司", "employer.uscc": "91310113MA0000007X" });
	await next(page);
	check("a credit code with a wrong check digit is not taken", (await page.textContent(".msg")).includes("信用代码有误"));
	await fill(page, { "employer.uscc": "91310113MA0000007L" });
	await next(page);
	await page.selectOption("select >> nth=0", { label: "辽宁省" });
	await next(page);
	check("another province shows its counties, without script and without an error", where(page) === "workplace" && !(await page.$(".errors")) && (await page.$$("optgroup")).length > 5);
	await page.selectOption("select >> nth=1", { label: "和平区" });
	await next(page);
	await next(page);
	await page.fill("[name=hiredOn]", ago(900));
	await page.fill("[name=leftOn]", ago(60));
	await fill(page, { monthlyWage: "5000" });
	await press(page, ".bar button[value=save]");
	check("stopping in the middle says what is kept", (await heading(page)).includes("存好") && (await page.textContent("main")).includes("共"));
	await press(page, "form button.btn");
	const code = (await page.textContent(".code")).replace(/\s/g, "");
	check("a code of eight digits opens it elsewhere", /^\d{8}$/.test(code), code);
	await picture(page, "code");
	await page.context().close();
	return code;
}

async function elsewhere(code) {
	const page = await open("", { ...phone, ...noScript });
	await page.goto(url + "/resume");
	await page.fill("[name=phone]", "13900001111");
	await page.fill("[name=code]", "00000000");
	await press(page, "form button.btn");
	check("a wrong code opens nothing", (await page.textContent(".errors")).includes("不对"));
	await picture(page, "resume");
	await page.fill("[name=phone]", "13900001111");
	await page.fill("[name=code]", code.slice(0, 4) + " " + code.slice(4));
	await press(page, "form button.btn");
	check("on another phone the person is where they stopped, with nothing to type again (LA9)", where(page) === "claims", page.url());
	await press(page, "button.back");
	check("the page that was saved half way has its answers", (await page.inputValue("[name=monthlyWage]")) === "5000");
	await next(page);
	await box(page, "claims.type", 3);
	await next(page);
	await box(page, "unknown");
	await next(page);
	await box(page, "answers.hardshipPromise", 1);
	await next(page);
	await box(page, "answers.ownLawyer");
	await next(page);
	await hand(page, Buffer.alloc(0), "empty.jpg", false);
	check("an empty file gets a helpful answer (LA13)", where(page) === "papers" && (await page.textContent(".msg")).includes("空"));
	await hand(page, Buffer.from("MZ this is a program"), "paper.jpg", false);
	check("what is no photo gets a helpful answer", (await page.textContent(".msg")).includes("照片"));
	await hand(page, Buffer.alloc(25 << 20, 7), "large.jpg", false);
	check("a file that is too large gets a helpful answer", /20 ?MB|太大/.test(await page.textContent("main")), await page.textContent("main"));
	await page.context().close();
	const again = await open("", phone);
	await again.goto(url + "/resume");
	await again.fill("[name=phone]", "13900001111");
	await again.fill("[name=code]", code);
	await press(again, "form button.btn");
	check("the code is good once", (await again.textContent(".errors")).includes("不对"));
	await again.context().close();
}

async function waiting() {
	const page = await open(tokens.plain, phone);
	await page.goto(url + "/services/legal-aid/begin");
	check("a draft is offered before another one is begun", (await page.textContent("main")).includes("没填完"));
	await picture(page, "begin");
	await press(page, ".rows a");
	await box(page, "unknown");
	await next(page);
	check("not filed: there is nothing to press that submits, only what to do next", !(await page.$(".bar button.btn")) && (await page.textContent(".note")).includes("立案后再来提交"));
	await press(page, '.rows a[href*="household"]');
	await fill(page, { householdSize: "3" });
	await next(page);
	check("extra answers are optional and lead back", where(page) === "check" && (await page.textContent("main")).includes("3 人"));
	await page.context().close();
}

async function everySize() {
	for (const [title, options] of [["320", narrow], ["desk", desk]]) {
		const page = await open(tokens.english, options);
		await page.context().addCookies([{ name: "lang", value: "en", url }]);
		await page.goto(url + "/services/legal-aid");
		check(`${title}: the service's page is there in English`, (await page.textContent("main")).includes("Who it is for"));
		await fit(page, `service in English, ${title}`);
		await picture(page, `service-${title}`);
		await begin(page);
		for (const [name, index] of [["arbitration.filed", 0]]) await box(page, name, index);
		await next(page);
		await next(page);
		check(`${title}: errors are in English too`, (await page.textContent(".errors")).includes("Please fill this in") || (await page.textContent(".errors")).includes("document"), await page.textContent(".errors"));
		await fit(page, `identity in English, ${title}`);
		await picture(page, `identity-${title}`);
		await enlarge(page, 2);
		await fit(page, `identity with text twice as large, ${title}`);
		await page.context().close();
	}
	const page = await open(tokens.english, phone);
	const light = await weight(page, url + "/services/legal-aid/begin");
	check("a page of the form costs at most 100 KB, of it at most 4 KB script (LA10)", light.bytes <= 100e3 && light.script <= 4e3, JSON.stringify(light));
	await page.context().close();
}

try {
	await straight();
	await returning();
	await elsewhere(await withoutScript());
	await waiting();
	await everySize();
} finally {
	await chromium.close();
	await hall.close();
}
finish();
