// The worker's journey after the application: signing in, the case, the six papers, following, acts; with and without
// script; on another phone; over the kill of the server; identity through an OpenID Connect provider, on and off.
import { Hall, Phones, browser, build, check, desk, enlarge, finish, fit, narrow, noScript, phone, picture, press, staffPassword, totp, weight } from "./story.mjs";
import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";

const applicants = readFileSync("demo/applicants.jsonl", "utf8").trim().split("\n").map((line) => JSON.parse(line));

// ---- the phone: what the hall sends through its gateway ----
const phones = await new Phones().open();
const code = (to) => phones.code(to);

// ---- the city's app: an OpenID Connect provider ----
const providerServer = createServer();
await new Promise((done) => providerServer.listen(0, "127.0.0.1", done));
const issuer = `http://127.0.0.1:${providerServer.address().port}`;
const { default: Provider } = await import("oidc-provider");
let citizen = { name: "", idNumber: "" };
const jwk = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
function provide(redirect) {
	const provider = new Provider(issuer, {
		clients: [{ client_id: "hall", client_secret: "a-secret-of-the-test", redirect_uris: [redirect], response_types: ["code"], grant_types: ["authorization_code"] }],
		jwks: { keys: [{ ...jwk, kid: "one", use: "sig", alg: "RS256" }] },
		cookies: { keys: ["k"] },
		claims: { openid: ["sub"], profile: ["name", "idNumber"] },
		conformIdTokenClaims: true,
		features: { devInteractions: { enabled: true } },
		pkce: { required: () => true },
		renderError: (ctx, out, error) => { ctx.body = `${out.error}: ${out.error_description} ${error.message}`; },
		findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...citizen }) }),
	});
	providerServer.on("request", provider.callback());
}

const hall = new Hall();
const ini = join(hall.hall, "hall.ini");
const sms = phones.ini;
writeFileSync(ini, sms, { mode: 0o600 });

function handIn(file) {
	const out = execFileSync(join(build, "unionhall"), ["case", "run", file, "--hall", hall.hall, "--at", new Date().toISOString(), "--hand-in"], { stdio: ["ignore", "pipe", "pipe"] });
	return JSON.parse(out).case;
}
const toPerson = handIn("demo/applicants.jsonl:1"), toSign = handIn("demo/applicants.jsonl:2"), byName = handIn("demo/applicants.jsonl:3");
// one who has not filed yet
function handInUnfiled(index) {
	const { arbitration, files, expect, ...answers } = applicants[index];
	const file = join(hall.folder, `unfiled-${index}.json`);
	writeFileSync(file, JSON.stringify({ ...answers, arbitration: {}, files: { arbitrationApplication: "sample" } }));
	return handIn(file);
}
// one whose paper is missing: a clerk will ask for it
const paperless = (() => {
	const { files, expect, ...answers } = applicants[5];
	const file = join(hall.folder, "paperless.json");
	writeFileSync(file, JSON.stringify(answers));
	return handIn(file);
})();
const unfiled = handInUnfiled(3), unfiledToo = handInUnfiled(4);

let url = await hall.open();
const chromium = await browser();
const soon = (ms) => new Promise((done) => setTimeout(done, ms));

async function signIn(page, number, next = "/my") {
	await page.goto(url + "/sign-in?next=" + encodeURIComponent(next));
	await page.fill("#phone", number);
	await press(page, "main button.btn");
	await page.waitForURL(/sign-in\/code/);
	await page.fill("#code", await code(number));
	await press(page, "main form button.btn");
	await page.waitForURL((address) => !address.pathname.startsWith("/sign-in"));
}

try {
	// ---- signing in ----
	{
		const context = await chromium.newContext(phone), page = await context.newPage();
		await page.goto(url + "/my");
		check("who is not signed in is sent to the door and comes back", page.url().includes("/sign-in?next="));
		await fit(page, "sign in");
		await picture(page, "sign-in");
		await page.fill("#phone", "12345");
		await press(page, "main button.btn");
		check("a number that is none is told beside the field, and it stays", (await page.textContent(".errors")).includes("11位") && (await page.inputValue("#phone")) === "12345");
		await fit(page, "sign in, with an error");
		await picture(page, "sign-in-error");
		await page.fill("#phone", "138 0013 8000");
		await press(page, "main button.btn");
		await page.waitForURL(/sign-in\/code/);
		check("the phone is shown masked, and never stands in the address", (await page.textContent(".lead")).includes("138****8000") && !page.url().includes("138"));
		await fit(page, "the code");
		await picture(page, "code");
		const right = await code("13800138000");
		await page.fill("#code", right === "000000" ? "111111" : "000000");
		await press(page, "main form button.btn");
		check("a wrong code says how many tries are left", (await page.textContent(".errors")).includes("还可以试4次"));
		const other = await (await chromium.newContext(phone)).newPage();
		await other.goto(url + "/sign-in/code");
		check("another browser has no page for somebody else's code", !other.url().endsWith("/code"));
		await page.fill("#code", right);
		await press(page, "main form button.btn");
		await page.waitForURL(/\/my$/);
		check("a new person is in, and has no cases", (await page.textContent("main")).includes("还没有办过事"));
		await fit(page, "my cases, empty");
		await picture(page, "my-empty");
		const light = await weight(page, url + "/my");
		check("my cases cost at most 100 KB, of it at most 4 KB script (LA10)", light.bytes <= 100e3 && light.script <= 4e3, JSON.stringify(light));
		await page.goto(url + "/sign-in?next=//evil.example/x");
		check("a way on leads nowhere else", new URL(page.url()).origin === url);
		await page.goto(url + "/sign-out");
		await press(page, "main button.btn");
		await page.goto(url + "/my");
		check("signed out is signed out", page.url().includes("/sign-in"));
		await context.close();
	}

	// ---- a case that a person looks at ----
	const waiting = applicants[0];
	let waitingPath;
	{
		const context = await chromium.newContext(phone), page = await context.newPage();
		await signIn(page, waiting.phone);
		check("my cases show number, who acts and by when", (await page.textContent("main")).includes(toPerson) && (await page.textContent("main")).includes("工会工作人员") && (await page.textContent("main")).includes("最迟"));
		await picture(page, "my");
		await press(page, "a.mine");
		waitingPath = new URL(page.url()).pathname;
		const now = await page.textContent(".nowcard");
		check("in five seconds: a person acts, by a date, and nothing is to be done by me", now.includes("工会工作人员") && now.includes("最迟") && now.includes("您不用做什么"));
		const rules = await page.textContent("#rules");
		check("every rule stands with my fact and its legal basis; what failed comes first, in plain words", (await page.$$(".rules li")).length === 8 && rules.includes("由人来看") && rules.includes("劳动争议调解仲裁法") && (await page.getAttribute(".rules li", "class")) === "no");
		check("both clocks are there (LA8)", (await page.textContent("aside")).includes("答复您") && (await page.textContent("aside")).includes("全部办完"));
		await fit(page, "the case");
		await picture(page, "case-person");
		const folded = await page.$eval("#whole-way", (way) => !way.open);
		await page.click("#whole-way > summary");
		await page.click("#whole-way .more > summary");
		const way = await page.evaluate(() => ({ titles: [...document.querySelectorAll("#whole-way svg g > title")].map((title) => title.textContent),
			label: document.querySelector("#whole-way svg desc").textContent, now: document.querySelectorAll("#whole-way li[aria-current=step]").length,
			lines: document.querySelectorAll(".way-list li").length, inside: document.querySelector(".way-box").scrollWidth > document.querySelector(".way-box").clientWidth }));
		check("the whole way is folded; open it is a picture with what is done, now and not yet (LA8)", folded && way.titles.includes("编号 · 已办")
			&& way.titles.some((title) => title.startsWith("人工审查 · 正在办")) && way.titles.some((title) => title.startsWith("办结 · 还没到")), JSON.stringify(way.titles));
		check("who cannot see it hears where it stands, and has the same as a list", way.label.includes("现在：") && way.label.includes("人工审查") && way.now >= 1 && way.lines > 20, way.label);
		check("the picture moves in its own box", way.inside);
		await fit(page, "the case with the whole way open");
		await picture(page, "case-way");
		const caseWeight = await weight(page, page.url());
		check("the case with its picture costs at most 100 KB", caseWeight.bytes <= 100e3, JSON.stringify(caseWeight));
		await page.goto(url + waitingPath + "?lang=en");
		await picture(page, "case-person-en");
		check("the page's own words are English as well", (await page.textContent("main")).includes("Union staff") && (await page.textContent("main")).includes("How it was decided"));
		const spoken = await page.evaluate(() => ["h1", ".nowcard", "#rules li b", "aside dt"].map((where) => [...document.querySelectorAll(where)].map((e) => e.textContent).join(" ")).join(" "));
		check("the service's steps, promises and rules are English as well", spoken.includes("A person looks at it") && spoken.includes("in this district") && !/[\u4e00-\u9fff]/.test(spoken.replace(/（\d{4}）\S+号/g, "")), spoken);
		await page.goto(url + waitingPath + "?lang=zh-CN");

		// one paper more
		await page.goto(url + waitingPath + "/add-paper");
		await fit(page, "add a paper");
		await picture(page, "add-paper");
		await page.setInputFiles("#file", { name: "空.jpg", mimeType: "image/jpeg", buffer: Buffer.alloc(0) });
		await press(page, "main form button.btn");
		check("an empty photo gets words that help", (await page.$(".errors")) !== null);
		const png = await page.screenshot({ clip: { x: 0, y: 0, width: 200, height: 200 } });
		await page.setInputFiles("#file", { name: "工资条.png", mimeType: "image/png", buffer: png });
		await press(page, "main form button.btn");
		await page.waitForURL((address) => address.pathname === waitingPath);
		check("a photo that can be read is taken, and stands in the progress", (await page.textContent(".tl")).includes("收到一份材料"));

		// a correction
		await page.goto(url + waitingPath + "/correct");
		await fit(page, "correct");
		await picture(page, "correct");
		await page.click("label.r:has-text('单位')");
		await page.fill("#right", "上海新名称有限公司");
		await press(page, "main form button.btn");
		await page.waitForURL((address) => address.pathname === waitingPath);
		check("a correction goes to a person", (await page.textContent(".nowcard")).includes("核对更正"));
		await page.goto(url + waitingPath + "/correct");
		await page.click("label.r >> nth=0");
		await page.fill("#right", "x");
		await press(page, "main form button.btn");
		check("a second one waits for the answer to the first", (await page.textContent(".errors")).includes("还没有答复"));

		// following without signing in
		const stranger = await (await chromium.newContext(phone)).newPage();
		await stranger.goto(url + "/follow");
		await fit(stranger, "follow");
		await stranger.fill("#number", toPerson.replace("（", "(").replace("）", ")"));
		await stranger.fill("#tail", "0000");
		await press(stranger, "main form button.btn");
		check("a wrong tail says nothing of the case", (await stranger.textContent(".errors")).includes("对不上") && (await stranger.$(".nowcard")) === null);
		await stranger.fill("#tail", waiting.phone.slice(7));
		await press(stranger, "main form button.btn");
		const shown = await stranger.textContent("main");
		check("number and tail show step and dates only", shown.includes("工会工作人员") && !shown.includes(waiting.name) && !shown.includes(waiting.employer?.name ?? "☃"));
		await picture(stranger, "follow");
		await stranger.goto(url + waitingPath);
		check("a stranger does not get to the case by its address", stranger.url().includes("/sign-in"));
		await signIn(stranger, "13700137000");
		const reply = await stranger.goto(url + waitingPath);
		check("somebody else's case does not exist", reply.status() === 404);
		check("nor its papers, acts or bundle", (await Promise.all(["/papers", "/withdraw", "/correct", "/bundle", "/papers/application/pdf"].map(async (rest) => (await stranger.request.get(url + waitingPath + rest)).status()))).every((status) => status === 404));

		// the server is killed; the worker goes on where he was
		await page.goto(url + waitingPath + "/withdraw");
		await page.fill("#reason", "单位已经付钱");
		await hall.stop("SIGKILL");
		url = await hall.open();
		await press(page, "main form button.btn");
		await page.waitForURL((address) => address.pathname === waitingPath);
		check("after the kill of the server the same form goes through, without signing in again", (await page.textContent(".nowcard")).includes("已结束"));
		await picture(page, "case-withdrawn");
		await context.close();
	}

	// ---- the six papers, by name and code, without script ----
	{
		const who = applicants[2], context = await chromium.newContext({ ...phone, ...noScript }), page = await context.newPage();
		await signIn(page, who.phone);
		await press(page, "a.mine");
		check("my turn is said first, with one thing to do", (await page.textContent(".nowcard")).includes("等您来办") && (await page.$$(".nowcard .btn")).length === 1);
		await picture(page, "case-sign");
		const path = new URL(page.url()).pathname;
		await press(page, ".nowcard .btn");
		check("exactly six papers (LA16)", (await page.$$("ol.papers li")).length === 6);
		await picture(page, "papers");
		await press(page, "main > p > a.btn.wide");
		check("a paper is read as a page, with my name in it", (await page.textContent("article.doc")).includes(who.name));
		check("level 1 cannot sign, and is told what to do (LA3)", (await page.$("#sign form")) === null && (await page.textContent("#sign")).includes("当面核验"));
		await picture(page, "paper-level-1");
		await page.goto(url + "/identity?next=" + encodeURIComponent(new URL(page.url()).pathname));
		check("without a provider the page says what to do instead", (await page.textContent("main")).includes("当面核验") && (await page.$("form[action='/identity']")) === null);
		await picture(page, "identity-off");

		// the operator connects a provider and starts the server again
		await hall.stop();
		provide(url + "/identity/back");
		citizen = { name: who.name, idNumber: who.idNumber };
		appendFileSync(ini, `[oidc]\nissuer = ${issuer}\nclient_id = hall\nclient_secret = a-secret-of-the-test\nname = 随申办\nscope = openid profile\n`);
		url = await hall.open();
		await page.goto(url + path + "/papers/application");
		await press(page, "#sign a.btn");
		await fit(page, "identity").catch(() => {});
		await picture(page, "identity-on");
		await press(page, "form[action='/identity'] button");
		await page.waitForURL((address) => address.origin === issuer, { timeout: 15000 });
		await page.fill("input[name=login]", "citizen-1");
		await page.fill("input[name=password]", "x");
		await press(page, "button[type=submit]");
		await page.waitForSelector("button[type=submit]");
		await press(page, "button[type=submit]");
		await page.waitForURL((address) => address.origin === new URL(url).origin, { timeout: 15000 });
		check("from the provider back to the very paper, known at level 2 (LA2)", page.url().endsWith("/papers/application") && (await page.$("#typedName")) !== null, page.url() + (await page.textContent("main")).slice(0, 200));
		for (let n = 1; n <= 6; n++) {
			if (n === 1) {
				await press(page, "#typed form[action$='/code'] button");
				await page.fill("#code", "000001");
				await page.fill("#typedName", who.name);
				await page.check("#read input");
				await press(page, "#typed form[action$='/sign'] button");
				check("a wrong code signs nothing", (await page.textContent(".errors")).includes("验证码不对"));
				await page.fill("#code", await code(who.phone));
			}
			if (n === 2) {
				await page.fill("#typedName", "别人");
				await page.check("#read input");
				await press(page, "#typed form[action$='/sign'] button");
				check("another name signs nothing", (await page.textContent(".errors")).includes("本人姓名"));
				await picture(page, "paper-error");
			}
			if (n === 6) {
				const before = await page.textContent(".back");
				check("five of six are not all", before.includes("5/6"));
				const middle = await context.newPage();
				await middle.goto(url + path);
				check("five of six do not finish the case (LA16)", (await middle.textContent(".nowcard")).includes("等您来办"));
				await middle.close();
			}
			await page.fill("#typedName", who.name);
			await page.check("#read input");
			await press(page, "#typed form[action$='/sign'] button");
		}
		await page.waitForURL(/\/papers$/);
		check("six of six: my part is done", (await page.textContent("main")).includes("全部办好"));
		await picture(page, "papers-done");
		await page.goto(url + path);
		check("now the lawyer's turn, not mine", (await page.textContent(".nowcard")).includes("律师") && (await page.textContent(".nowcard")).includes("您不用做什么"));
		await picture(page, "case-signed");
		const bundle = await page.request.get(url + path + "/bundle");
		writeFileSync(join(hall.folder, "bundle.zip"), await bundle.body());
		const verdict = execFileSync(join(build, "unionhall"), ["bundle", "verify", join(hall.folder, "bundle.zip")]).toString();
		check("the bundle to keep verifies without a server", bundle.status() === 200 && !/failed: [1-9]/.test(verdict), verdict);
		const zip = await page.request.post(url + "/my/data", { form: { token: await (async () => { await page.goto(url + "/privacy"); return page.inputValue("form[action='/my/data'] input[name=token]"); })() }, headers: { Origin: url } });
		check("all my data come as one file (个人信息保护法 45)", zip.status() === 200 && (await zip.body()).subarray(0, 2).toString() === "PK");
		await picture(page, "privacy");
		await context.close();
	}

	// ---- not filed yet: only that is asked, on the task's own page; or a person is asked for ----
	{
		const who = applicants[3], context = await chromium.newContext({ ...phone, ...noScript }), page = await context.newPage();
		await signIn(page, who.phone);
		await press(page, "a.mine");
		const path = new URL(page.url()).pathname;
		check("not yet is not refused: my turn, with what to do (LA5)", (await page.textContent(".nowcard")).includes("等您来办") && (await page.textContent("#rules")).includes("规则不会拒绝您"));
		await picture(page, "case-unfiled");
		await press(page, ".nowcard .btn");
		const asked = await page.$$eval("main form [name]", (all) => all.map((e) => e.name).filter((n) => n !== "token"));
		check("only what is missing is asked, nothing again", asked.every((n) => n.startsWith("arbitration.")), asked.join(" "));
		await picture(page, "task");
		await press(page, "main form button.btn.wide");
		check("sent without what is missing, it is still my turn", (await page.$("[name='arbitration.caseNumber']")) !== null || (await page.textContent(".nowcard")).includes("等您来办"));
		await page.goto(url + path + "/task");
		await page.fill("[name='arbitration.caseNumber']", applicants[1].arbitration.caseNumber);
		await page.fill("[name='arbitration.filedOn']", applicants[1].arbitration.filedOn);
		await press(page, "main form button.btn.wide");
		await page.waitForURL((address) => address.pathname === path, { timeout: 5000 });
		await soon(1500);
		await page.reload();
		check("filed afterwards, the rules go on by themselves", !(await page.textContent(".nowcard")).includes("补填仲裁立案信息"), (await page.textContent(".nowcard")).slice(0, 200));
		await picture(page, "case-filed");
		await context.close();
	}
	{
		const who = applicants[4], context = await chromium.newContext({ ...phone, ...noScript }), page = await context.newPage();
		await signIn(page, who.phone);
		await press(page, "a.mine");
		const path = new URL(page.url()).pathname;
		await page.goto(url + path + "/ask-person");
		await fit(page, "ask for a person").catch(() => {});
		await picture(page, "ask-person");
		await page.fill("#reason", "仲裁委不给我案号");
		await press(page, "main form button.btn:not(.sec)");
		await page.waitForURL((address) => address.pathname === path);
		check("asked for, a person looks instead of the rules (个人信息保护法 24)", (await page.textContent(".nowcard")).includes("人工审查"));
		await context.close();
	}

	// ---- a clerk asks for exactly what is missing; the worker gets a page for exactly that ----
	{
		const clerk = await (await chromium.newContext(desk)).newPage();
		await clerk.goto(url + "/staff/sign-in");
		await clerk.fill("#phone", "13900001101");
		await clerk.fill("#password", staffPassword);
		await press(clerk, "main .btn");
		await clerk.fill("#code", totp());
		await press(clerk, "main .btn");
		await clerk.goto(url + "/desk");
		await press(clerk, `a:has-text("${paperless}")`);
		await clerk.click("#supplement summary");
		await clerk.fill("#supplement textarea", "申请书还没有拍，请补一张。");
		await press(clerk, "#supplement .btn");
		await clerk.waitForURL(/said=supplement/);
		const who = applicants[5], context = await chromium.newContext({ ...phone, ...noScript }), page = await context.newPage();
		await signIn(page, who.phone);
		await press(page, "a.mine");
		const path = new URL(page.url()).pathname;
		check("my turn, and until when", (await page.textContent(".nowcard")).includes("等您来办"));
		await press(page, ".nowcard .btn");
		const asked = await page.$$eval("main form [name]", (all) => all.map((e) => e.name).filter((n) => !["token", "op"].includes(n)));
		check("exactly what the clerk asked for, with his words (LA13)", asked.join() === "files.arbitrationApplication,supplement.note" && (await page.textContent(".note")).includes("请补一张"), asked.join());
		await fit(page, "a supplement").catch(() => {});
		await picture(page, "supplement");
		await page.setInputFiles("[name='files.arbitrationApplication']", { name: "申请书.png", mimeType: "image/png", buffer: await page.screenshot() });
		await press(page, "main form button.btn.wide");
		await page.waitForURL((address) => address.pathname === path, { timeout: 8000 });
		await soon(1500);
		await page.reload();
		const rule = await page.textContent(".rules li:has-text('仲裁申请书齐全可读')");
		check("with the photo the rules are looked at again by themselves, and this one holds", rule.includes("符合") && !(await page.textContent(".nowcard")).includes("补充材料"), rule);
		await picture(page, "supplement-done");
		await context.close();
	}

	// ---- by drawing, with script, in two sittings on two phones ----
	{
		const who = applicants[1], first = await chromium.newContext(phone), page = await first.newPage();
		citizen = { name: who.name, idNumber: who.idNumber };
		await signIn(page, who.phone);
		await press(page, "a.mine");
		const path = new URL(page.url()).pathname;
		await page.goto(url + "/identity?next=" + path + "/papers/application");
		await press(page, "form[action='/identity'] button");
		await page.waitForURL((address) => address.origin === issuer, { timeout: 15000 });
		await page.fill("input[name=login]", "citizen-2");
		await page.fill("input[name=password]", "x");
		await press(page, "button[type=submit]");
		await page.waitForSelector("button[type=submit]");
		await press(page, "button[type=submit]");
		await page.waitForURL(/papers\/application$/, { timeout: 15000 });
		await fit(page, "a paper");
		const draw = async (p) => {
			await p.locator("canvas.pad").scrollIntoViewIfNeeded();
			const box = await p.locator("canvas.pad").boundingBox();
			for (const [x0, y0, x1, y1] of [[0.2, 0.3, 0.45, 0.25], [0.3, 0.15, 0.28, 0.8], [0.55, 0.3, 0.85, 0.6], [0.85, 0.25, 0.55, 0.8]]) {
				await p.mouse.move(box.x + box.width * x0, box.y + box.height * y0);
				await p.mouse.down();
				await p.mouse.move(box.x + box.width * x1, box.y + box.height * y1, { steps: 12 });
				await p.mouse.up();
			}
		};
		await draw(page);
		await picture(page, "paper-draw");
		await press(page, "#draw button.btn:not(.sec)");
		await page.waitForURL(/papers\/(?!application)/);
		check("a drawn signature signs, and the next paper opens", true);
		const light = await weight(page, page.url());
		check("the signing page costs at most 100 KB, of it at most 10 KB script", light.bytes <= 100e3 && light.script <= 10e3, JSON.stringify(light));
		await first.close();
		const second = await chromium.newContext(narrow), other = await second.newPage();
		await signIn(other, who.phone);
		await other.goto(url + path + "/papers");
		check("on another phone the first is signed already, and the identity need not be confirmed again", (await other.textContent("main")).includes("1/6"));
		await fit(other, "papers at 320 px");
		await press(other, "main > p > a.btn.wide");
		for (let n = 2; n <= 6; n++) {
			if (n === 3) { await fit(other, "a paper at 320 px"); await picture(other, "paper-320"); await enlarge(other, 2); await fit(other, "a paper, text twice as large"); await picture(other, "paper-320-large"); await other.reload(); }
			await draw(other);
			await press(other, "#draw button.btn:not(.sec)");
			await other.waitForURL((address) => !address.pathname.endsWith("zzz"));
			await soon(150);
		}
		check("all six by hand", (await other.textContent("main")).includes("全部办好"));
		await other.goto(url + path);
		await fit(other, "the case at 320 px");
		await picture(other, "case-320");
		await other.click("#whole-way > summary");
		await fit(other, "the whole way at 320 px");
		await picture(other, "case-way-320");
		await enlarge(other, 2);
		await fit(other, "the case, text twice as large");
		await picture(other, "case-320-large");
		const wide = await (await chromium.newContext({ ...desk, storageState: await second.storageState() })).newPage();
		await wide.goto(url + path);
		await fit(wide, "the case on a desk");
		await wide.click("#whole-way > summary");
		await fit(wide, "the whole way on a desk");
		await picture(wide, "case-way-1280");
		await picture(wide, "case-1280");
		await wide.goto(url + path + "/papers/decision");
		await picture(wide, "paper-1280");
		await wide.goto(url + "/my");
		await picture(wide, "my-1280");

		// another phone number
		await other.goto(url + "/my/phone");
		await other.fill("#phone", "13600136000");
		await press(other, "main form button.btn");
		await other.fill("#oldCode", await code(who.phone));
		await other.fill("#newCode", await code("13600136000"));
		await picture(other, "my-phone");
		await press(other, "form[action='/my/phone/change'] button");
		await other.waitForURL(/\/my$/);
		check("the phone is changed by both codes", (await other.textContent("main")).includes("136****6000"));
		await wide.reload();
		check("the same session goes on", (await wide.textContent("main")).includes("136****6000"));
		await second.close();
	}

	// ---- a provider that says something else ----
	{
		const context = await chromium.newContext(phone), page = await context.newPage();
		await signIn(page, "13500135000");
		const reply = await page.goto(url + "/identity/back?code=x&state=made-up");
		check("an answer to no question of ours changes nothing", reply.status() === 422 && (await page.textContent(".errors")).includes("再来一次"));
		await picture(page, "identity-refused");
		await context.close();
	}
} finally {
	await chromium.close();
	await hall.close();
	phones.close();
	providerServer.close();
	providerServer.closeAllConnections();
}
finish();
