/* paper FONTS: milliseconds from Markdown to a signed PDF of one page, on one thread with warm fonts: laying out and
 * writing; one event certificate with its key; the drawn name and the signature. Median and the slowest of a hundred.
 * Also seconds of CPU for the first page of a process, fonts included. Floor: pango alone lays the page out in about 2 ms. */
#include "bench.h"

#include "paper/paper.h"
#include "seal/seal.h"

enum { ROUNDS = 150, WARM = 20 };

static const char markdown[] =
	"# 职工法律援助申请表\n\n| | | | |\n|-|-|-|-|\n| **申请人** | | | |\n| 姓名 | 王小明 | 性别 | 男 |\n| 证件号 | 310101199001011234 | 电话 | 13800000000 |\n"
	"| 用人单位 | 上海某某装饰有限公司 | 岗位 | 仓管 |\n| 入职日期 | 2019年8月30日 | 离职日期 | 2022年8月17日 |\n\n## 一、申请事项\n\n"
	"**请求：**支付拖欠工资一万一千二百五十元，并支付解除劳动合同经济补偿，以仲裁机构核定为准。\n\n1. 拖欠工资：2022年7月工资未付，共一个月。\n"
	"2. 经济补偿：工作年限三年，月平均工资一万一千二百五十元。\n\n## 二、申请人承诺\n\n本人承诺所填内容真实，知悉虚假申请须承担的责任，同意工会核实有关情况。\n\n"
	"{sign: applicant | 申请人签名}\n{seal: union | 上海市宝山区总工会 | 2026年11月24日}\n";

#define NOW_MS INT64_C(1766000000000)

struct desk { struct paper_press *press; struct seal_keyring *keyring; };

static size_t print_one(struct desk *desk, struct arena *arena, double *render_ms, double *sign_ms)
{
	struct paper paper;
	struct paper_bitmap bitmap;
	struct seal_signer *signer;
	struct str pdf;
	struct paper_options options = { .number = STR("（2026）沪宝工援字第00012号-1"), .author = STR("上海市宝山区总工会"), .date_ms = NOW_MS,
		.qr = STR("unionhall:0123456789abcdef/01KAVXYZ12345/application") };
	struct paper_stamp stamp = { .kind = PAPER_STAMP_NAME, .name = STR("王小明"), .note = STR("姓名与验证码签名 2026年11月24日") };
	struct seal_event event = { .name = STR("王小明"), .statement = STR("本签名由职工之家证明：短信验证码，二级身份"), .from_ms = NOW_MS - 60000,
		.to_ms = NOW_MS + 86400000 };
	double began = wall_seconds();
	must(paper_render(desk->press, arena, &options, str_from_c(markdown), NULL, &paper), "printing");
	double rendered = wall_seconds();
	must(paper_stamp(desk->press, arena, &stamp, NULL, &bitmap), "drawing the name");
	must(seal_event_certificate(desk->keyring, rand_system(), &event, &signer), "making a certificate");
	struct seal_pdf_options signing = { .signer = signer, .field = STR("applicant-0"), .name = event.name, .reason = STR("签字"),
		.time_ms = NOW_MS, .page = paper.boxes[0].page, .x = paper.boxes[0].x, .y = paper.boxes[0].y, .width = paper.boxes[0].width,
		.height = paper.boxes[0].height, .bitmap = { bitmap.width, bitmap.height, bitmap.pixels } };
	must(seal_pdf_sign(arena, paper.pdf, &signing, NULL, &pdf), "signing");
	seal_signer_done(signer);
	if (paper.page_count != 1) exit(3);
	*render_ms = (rendered - began) * 1000;
	*sign_ms = (wall_seconds() - rendered) * 1000;
	return pdf.len;
}

int main(int argc, char **argv)
{
	static double render[ROUNDS], sign[ROUNDS], total[ROUNDS];
	struct arena arena = { 0 };
	struct paper_fonts *fonts;
	struct desk desk;
	struct str recovery;
	size_t bytes = 0;
	if (argc != 2) return 2;
	struct seal_keyring_options keys = { .hall_name = STR("职工之家"), .union_name = STR("上海市宝山区总工会"), .now_ms = NOW_MS };
	must(seal_keyring_create(&arena, rand_system(), &keys, &desk.keyring, &recovery), "making keys");
	double first = wall_seconds();
	must(paper_fonts_open(argv[1], NULL, &fonts), argv[1]);
	must(paper_press_open(fonts, &desk.press), "opening a press");
	for (int i = -WARM; i < ROUNDS; i++) {
		struct arena scratch = { 0 };
		int at = i < 0 ? 0 : i;
		bytes = print_one(&desk, &scratch, &render[at], &sign[at]);
		total[at] = render[at] + sign[at];
		if (i == -WARM) figure("paper.first", (wall_seconds() - first) * 1000, "ms");
		arena_done(&scratch);
	}
	figure("paper", quantile(total, ROUNDS, 0.5), "ms");
	figure("paper.p99", quantile(total, ROUNDS, 0.99), "ms");
	figure("paper.render", quantile(render, ROUNDS, 0.5), "ms");
	figure("paper.sign", quantile(sign, ROUNDS, 0.5), "ms");
	figure("paper.bytes", (double)bytes / 1024, "KB");
	figure("paper.memory", memory_mb("VmHWM:"), "MB");
	paper_press_close(desk.press);
	paper_fonts_close(fonts);
	seal_keyring_done(desk.keyring);
	arena_done(&arena);
	return 0;
}
