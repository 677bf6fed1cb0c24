// The counter: a worker without a city app learns where to come; a clerk finds him, sees his card, confirms him, and he signs
// on his phone; another one has lost his phone and gets in with a new number (LA4, LA7, X1).
import { Hall, Phones, browser, build, check, desk, enlarge, finish, fit, narrow, noScript, phone, picture, press, signInStaff } from "./story.mjs";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const applicants = readFileSync("demo/applicants.jsonl", "utf8").trim().split("\n").map((line) => JSON.parse(line));

// what the hall sends through its gateway
const phones = await new Phones().open();
const message = (to, pattern) => phones.message(to, (text) => pattern.test(text)), code = (to) => phones.code(to);

const hall = new Hall();
writeFileSync(join(hall.hall, "hall.ini"), phones.ini, { mode: 0o600 });
function handIn(index) {
	const out = execFileSync(join(build, "unionhall"), ["case", "run", `demo/applicants.jsonl:${index}`, "--hall", hall.hall, "--at", new Date().toISOString(), "--hand-in"], { stdio: ["ignore", "pipe", "pipe"] });
	return JSON.parse(out).case;      // its number
}
for (const index of [2, 1, 3]) handIn(index);
const one = applicants[1], two = applicants[0], three = applicants[2];
const fresh = "13777000001";

const url = await hall.open();
const chromium = await browser();
const staff = (person, options = desk) => signInStaff(chromium, url, person, options);
async function signIn(page, number, next = "/my") {
	await page.goto(url + "/sign-in?next=" + encodeURIComponent(next));
	await page.fill("#phone", number);
	await press(page, "main button.btn");
	await page.fill("#code", await code(number));
	await press(page, "main form button.btn");
}
async function find(page, text) {
	await page.goto(url + "/desk/counter");
	await page.fill("#q", text);
	await press(page, "main form .btn");
}
async function card(page, prefix, person, changes = {}) {
	await page.selectOption(`#${prefix}document`, "居民身份证");
	await page.fill(`#${prefix}idNumber`, changes.idNumber ?? person.idNumber);
	await page.fill(`#${prefix}name`, changes.name ?? person.name);
	await page.check(`#${prefix}seen`);
}

try {
	// ---- the worker at his phone: what he is told at level 1 ----
	const context = await chromium.newContext(phone), worker = await context.newPage();
	await signIn(worker, one.phone);
	const toSign = (await worker.getAttribute("a[href^='/cases/']", "href")).split("/")[2];
	await worker.goto(`${url}/cases/${toSign}/papers`);
	await press(worker, "main .btn");
	const paper = worker.url();
	const told = await worker.textContent("#sign");
	check("without a city app the sign page says what to bring, where, when and whom to call", told.includes("身份证原件") && told.includes("友谊路") && told.includes("周一") && told.includes("12351") && !told.includes("约1分钟"), told);
	check("and it offers no way that does not exist", !(await worker.$("#sign a[href^='/identity']")) && !(await worker.$("#typedName")));
	await worker.$eval("#sign", (e) => e.scrollIntoView());
	await picture(worker, "sign-level1");
	await fit(worker, "the paper at level 1");
	await worker.goto(url + "/identity");
	check("so does the page of identity", (await worker.textContent("main")).includes("友谊路") && !(await worker.textContent("main")).includes("选一种办法"));
	await picture(worker, "identity");
	await fit(worker, "identity");
	await worker.goto(url + "/desk/counter");
	check("the worker himself does not come behind the counter", !(await worker.$("#q")));

	// ---- the clerk: finding ----
	const clerk = await staff("13900001101");
	await press(clerk, "nav >> text=窗口");
	check("the counter stands on the desk", clerk.url().endsWith("/desk/counter"));
	await picture(clerk, "find-1280");
	await fit(clerk, "finding at 1280");
	await find(clerk, "王");
	check("a single character is refused in words, and stays", (await clerk.textContent(".errors")).includes("两个字以上") && (await clerk.inputValue("#q")) === "王");
	await picture(clerk, "find-error");
	await find(clerk, "13566667777");
	check("who is not known is told apart, with what to do", (await clerk.textContent("main")).includes("没有查到") && (await clerk.textContent("main")).includes("登录一次"));
	check("a phone never stands in an address", !clerk.url().includes("135"));
	await picture(clerk, "nobody");
	await fit(clerk, "nobody found");
	await find(clerk, "沪宝工援字");
	check("the beginning of a number finds nobody by accident", !(await clerk.$(".rows li")));
	await find(clerk, "000");
	await find(clerk, one.name);
	check("a name that one person has opens his page", /counter\/[0-9A-Z]{13}$/.test(clerk.url()) && (await clerk.textContent("h1")).includes(one.name));
	const page = clerk.url(), seen = await clerk.textContent("main");
	check("only the ends of phone and number are shown, and the numbers of the cases", seen.includes(one.phone.slice(0, 3) + "****" + one.phone.slice(7)) && !seen.includes(one.phone) && !seen.includes(one.idNumber) && seen.includes("沪宝工援字"), seen);
	await picture(clerk, "person-1280");
	await fit(clerk, "the person at 1280");

	// ---- the card ----
	await card(clerk, "", one, { idNumber: one.idNumber.slice(0, 17) + (one.idNumber[17] === "1" ? "2" : "1") });
	await press(clerk, "text=核验通过");
	check("a wrong digit is told at its field; nothing is lost", (await clerk.textContent(".f.err .msg")).includes("证件号码不对") && (await clerk.inputValue("#name")) === one.name && await clerk.isChecked("#seen"));
	await picture(clerk, "person-error");
	await fit(clerk, "the person with an error");
	await card(clerk, "", one);
	await press(clerk, "text=核验通过");
	check("then he is confirmed, and the page says by whom", clerk.url().includes("done=confirmed") && (await clerk.textContent("main")).includes("何经办") && (await clerk.textContent("h1")).includes("身份已核验"));
	await picture(clerk, "confirmed-1280");
	check("he gets a message", (await message(one.phone, /当面核验/)).includes("12351"));
	await clerk.goto(page);
	await card(clerk, "", one);
	await press(clerk, "text=核验通过");
	check("a second click changes nothing and is no error", clerk.url().includes("done=confirmed") && !phones.messages.some((m) => m.to.endsWith(one.phone) && /当面核验/.test(m.text) && !m.used));
	await worker.goto(paper);
	check("his session is good enough at once: he can sign", (await worker.$("#typedName")) !== null);
	await worker.$eval("#typed", (e) => { e.open = true; });
	await press(worker, "#typed form[action$='/code'] .btn");
	await worker.$eval("#typed", (e) => { e.open = true; });
	await worker.fill("#typedName", one.name);
	await worker.fill("#code", await code(one.phone));
	await worker.check("#typed #read input");
	await press(worker, "#typed form[action$='/sign'] .btn");
	check("and signs", worker.url() !== paper, worker.url());

	// ---- the same card for somebody else ----
	await find(clerk, three.phone);
	await card(clerk, "", one, { name: three.name });
	await press(clerk, "text=核验通过");
	check("a number that belongs to somebody else is told with the end of his phone", (await clerk.textContent(".f.err .msg")).includes("尾号" + one.phone.slice(7)));
	await picture(clerk, "other-has-it");

	// ---- a lost phone, on a small screen and without script ----
	const old = await (await chromium.newContext(phone)).newPage();
	await signIn(old, two.phone);
	const small = await staff("13900001102", { ...phone, ...noScript });
	await find(small, two.phone.slice(7));
	check("without script: found by the last four digits", (await small.textContent("h1")).includes(two.name));
	await picture(small, "person-390");
	await small.click("details summary");
	await small.fill("#phone", fresh);
	await small.fill("#reason", "手机丢了");
	await card(small, "phone_", one);
	await press(small, "text=核对证件，发验证码");
	check("another man's card does not move the phone", (await small.textContent("details .f.err .msg")).includes("不一样") && (await small.inputValue("#phone")) === fresh);
	await picture(small, "phone-error-390");
	await card(small, "phone_", two);
	await press(small, "text=核对证件，发验证码");
	check("the code goes to the new phone, shown masked", (await small.textContent("#wish")).includes("137****0001"));
	await picture(small, "code-390");
	const text = await message(fresh, /验证码\d{6}/), right = text.match(/验证码(\d{6})/)[1];
	check("its words say that it is read out at the counter, and fit into one message", text.includes("窗口") && text.length <= 70, text);
	await small.fill("#code", right === "000000" ? "000001" : "000000");
	await press(small, "text=换成这个手机号");
	check("a wrong code is told at its field", (await small.textContent("#wish .msg")).includes("验证码不对"));
	await small.fill("#code", right);
	await press(small, "text=换成这个手机号");
	check("then the phone is his", small.url().includes("done=phone") && (await small.textContent("main")).includes("137****0001"));
	await picture(small, "moved-390");
	check("the old number hears of it, without a name", (await message(two.phone, /尾号0001/)).length > 0);
	check("so does the new one", (await message(fresh, /换到这个手机号/)).length > 0);
	await old.goto(url + "/my");
	check("whoever has the old phone is out", old.url().includes("/sign-in"));
	await signIn(old, fresh);
	check("with the new number all his cases are there", (await old.textContent("main")).includes("沪宝工援字"));
	await old.goto(url + "/identity");
	check("by the card that the clerk saw", (await old.textContent("main")).includes("身份已核验"));

	// ---- small screens, large text, English ----
	const tight = await staff("13900001106", { ...narrow });
	await tight.goto(url + "/desk/counter");
	await fit(tight, "finding at 320");
	await picture(tight, "find-320");
	await find(tight, three.phone);
	await tight.click("details summary");
	await fit(tight, "the person at 320");
	await picture(tight, "person-320");
	await tight.setViewportSize({ width: 390, height: 844 });
	await enlarge(tight, 2);
	await fit(tight, "the person at 390 with text of twice the size");
	await picture(tight, "person-390-double");
	await tight.goto(url + "/desk/counter?lang=en");
	check("the counter speaks English too", (await tight.textContent("main")).includes("Find the person"));
	await tight.goto(page + "?lang=en");
	await picture(tight, "person-390-en");
	await fit(tight, "the person in English");

	// ---- programs ----
	const ask = (method, path, body) => clerk.evaluate(async ([method, path, body]) => {
		const answer = await fetch("/api/v1" + path, { method, headers: { "Content-Type": "application/json" }, body: body && JSON.stringify(body) });
		return { status: answer.status, body: await answer.json().catch(() => ({})) };
	}, [method, path, body]);
	const found = await ask("POST", "/desk/counter", { q: three.phone });
	check("the same for programs: found", found.status === 200 && found.body.people?.length === 1 && !JSON.stringify(found.body).includes(three.phone), JSON.stringify(found));
	const wrong = await ask("POST", `/desk/counter/${found.body.people[0].id}/confirm`, { document: "居民身份证", idNumber: "1", name: three.name, seen: true });
	check("refused with the place", wrong.status === 400 && wrong.body.errors?.some((e) => e.pointer === "idNumber"), JSON.stringify(wrong));
	const done = await ask("POST", `/desk/counter/${found.body.people[0].id}/confirm`, { document: "居民身份证", idNumber: three.idNumber, name: three.name, seen: true });
	check("and done", done.status === 200 && done.body.level === 3, JSON.stringify(done));

	// ---- the way that they had to make is counted (LA7) ----
	const leader = await staff("13900001103");
	await leader.goto(url + "/leader");
	check("the leader sees for how many cases somebody had to come", (await leader.textContent("main")).match(/3\s*人不得不跑一趟/) !== null, await leader.textContent("main"));
	await clerk.goto(`${url}/desk/cases/${toSign}`);
	check("and the case says so", (await clerk.textContent("main")).includes("本人来了窗口"));
} finally {
	await chromium.close();
	await hall.close();
	phones.close();
}
finish();
