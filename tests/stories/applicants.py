"""Made-up applicants of the samples' shape, with mixtures the samples do not have. The same seed gives the same list.
usage: applicants.py COUNT SEED > LIST.jsonl"""
import copy, datetime, json, random, sys

from oracle import Calendar, IN_SCOPE, credit_code, resident_id

DAY = datetime.timedelta(days=1)
NAMES = ['张伟', '欧阳娜', '䶮文', '㛃莉', '王𬭚', '𠅤强', '单于飞', '尉迟恭', '阿不都热合曼·买买提·伊敏江', '迪丽热巴·迪力木拉提', 'Maria José Fernández',
         "Seán O'Brien", 'Jean-Luc Picard', 'Иван Петров', 'Nguyễn Thị Hồng', '〇一', '李䶮㛃', '司马相如', '古丽米热•艾合买提', '斋藤一郎']
DISTRICTS = ['310113', '310113', '310113', '310115', '210102', '330106', '310101']
ADDRESSES = ['上海市宝山区牡丹江路2224弄11号643室', '上海市宝山区友谊支路1号|2门*3室（近<地铁>站）_左_', '新疆维吾尔自治区喀什地区疏附县吾库萨克镇' * 4]
JOBS = ['分拣员', '骑手', '仓管', '客服', None]


def id_document(r):
    """Every kind of the law page: resident card, 15 old digits, residence permits, foreigners' cards, travel permits, passports."""
    birth = datetime.date(r.randint(1958, 2003), r.randint(1, 12), r.randint(1, 28))
    number = f'{birth:%Y%m%d}{r.randint(1, 998):03d}'
    kind = r.randrange(14)
    if kind < 6:
        return resident_id(r.choice(['310113', '440524', '210102', '650102', '542421']) + number), None
    return [(resident_id('310113' + number).lower(), None), ('310113' + number[2:11], None),
            (resident_id(r.choice(['810000', '820000', '830000']) + number), None), (resident_id('911124' + number), None),
            (r.choice('HM') + f'{r.randrange(10**8):08d}' + r.choice(['', '01']), None), (f'{r.randrange(10**8):08d}', None),
            (r.choice([f'E{r.randrange(10**8):08d}', f'EA{r.randrange(10**7):07d}', f'USA310{birth:%y%m%d}012']), None),
            (r.choice([f'{r.randrange(10**9):09d}', 'PX-1'.replace('-', '0') + f'{r.randrange(10**5)}']), r.choice(['护照', '外国人工作许可证']))][kind - 6]


def claim(r, kind, left):
    if r.random() < 0.4:
        return {'type': kind, 'serviceFrom': (left - DAY * r.randint(200, 2000)).isoformat(), 'serviceTo': left.isoformat(),
                'averageMonthlyWage': f'{r.randint(2500, 40000)}.{r.randint(0, 99):02d}'}
    amount = r.choice([f'{r.randint(1, 90000)}.{r.randint(0, 99):02d}', r.randint(1, 90000), '0.01', '1000000000', r.randint(1, 9) * 1000.5])
    row = {'type': kind, 'amount': amount}
    if r.random() < 0.4:
        row['months'] = r.randint(0, 30)
    if r.random() < 0.2:
        row['facts'] = '公司拖欠工资，微信群里有*记录*|截图'
    return row


def moment(r, day):
    clock = r.choice(['00:00:00+08:00', '23:59:59+08:00', '09:30:00+08:00', '17:45:12.5+08:00'])
    if r.random() < 0.15:   # the same instant said in another zone
        return (day - DAY).isoformat() + 'T16:00:00Z'
    return f'{day.isoformat()}T{clock}'


def dates(r, calendar):
    """Submission, filing, leaving: often exactly on a boundary of the law."""
    submitted = datetime.date(2021, 1, 4) + DAY * r.randrange(2160)
    if r.random() < 0.25:   # around the festivals
        submitted = r.choice([datetime.date(y, m, d) for y in range(2021, 2027)
                              for m, d in ((1, 1), (2, 1), (2, 28), (4, 3), (4, 30), (6, 10), (9, 9), (9, 30), (10, 7), (12, 31))])
    if r.random() < 0.05:
        submitted = datetime.date(2024, 2, 29)
    filed = submitted - DAY * r.choice([0, 0, 1, 3, 10, 40])
    style = r.random()
    left = filed - DAY * r.randint(1, 330)
    if style < 0.35:        # the last day, the day after, the day before
        left = filed.replace(year=filed.year - 1, day=min(filed.day, 28)) + DAY * r.choice([-9, -4, -2, -1, 0, 0, 1, 2, 3])
    elif style < 0.42:      # the leap day
        left, filed = datetime.date(2024, 2, 29), datetime.date(2025, 2, 28) + DAY * r.choice([0, 1, 3, 4])
        submitted = filed + DAY * r.choice([0, 2])
    elif style < 0.46:      # still employed when it was filed
        left = filed + DAY * r.randint(0, 20)
    return submitted, filed, left


def applicant(r, calendar, index):
    submitted, filed, left = dates(r, calendar)
    number, kind = id_document(r)
    kinds = r.sample(sorted(IN_SCOPE), r.choice([1, 1, 2, 2, 3, 12]))
    if r.random() < 0.3:
        kinds = ['economicCompensation']
    if r.random() < 0.08:
        kinds.append(r.choice(['other', 'socialInsurance', 'divorce']))
    a = {'id': index, 'name': r.choice(NAMES), 'sex': r.choice('男女'), 'idNumber': number, 'phone': f'1{r.randint(3, 9)}{r.randrange(10**9):09d}',
         'domicile': r.choice(ADDRESSES), 'unionMember': r.random() < 0.5, 'migrantWorker': r.random() < 0.5, 'platformWorker': r.random() < 0.3,
         'employer': {'name': r.choice(['上海淘鲜达电子商务有限公司', '甲*乙|丙（上海）_有限公司', '上海鲜淘达电子商务有限公司'])}, 'job': r.choice(JOBS),
         'hiredOn': (left - DAY * r.randint(0, 3000)).isoformat(), 'leftOn': left.isoformat(), 'monthlyWage': r.choice(['11250.00', 6300, '2590', 0]),
         'claims': [claim(r, k, left) for k in kinds], 'submittedAt': moment(r, submitted), 'identityLevel': r.choice([2, 2, 2, 2, 2, 3, 3, 1]),
         'arbitration': {'commission': '上海市宝山区劳动人事争议仲裁委员会', 'caseNumber': f'宝劳人仲（{filed.year}）办字第{r.randint(1, 9999)}号',
                         'filedOn': filed.isoformat()},
         'files': {'arbitrationApplication': 'sample'}, 'answers': {'hardshipPromise': r.random() < 0.8, 'ownLawyer': r.random() < 0.07}}
    if a['hiredOn'] > submitted.isoformat():
        a['hiredOn'] = submitted.isoformat()
    if a['leftOn'] < a['hiredOn']:
        a['hiredOn'] = a['leftOn']
    if kind:
        a['idType'] = kind
    if a['job'] is None:
        del a['job']
    place(r, a)
    trouble(r, a, submitted)
    return a


def place(r, a):
    if r.random() < 0.6:    # a code of elsewhere says nothing about the district
        a['employer']['uscc'] = credit_code('91' + r.choice(['310115', '310113', '440300']) + ''.join(r.choices('0123456789ABCDEFGH', k=9)))
    if r.random() < 0.5:
        a['employer']['registeredRegion'] = r.choice(DISTRICTS)
    if r.random() < 0.85:
        a['answers']['workplace'] = r.choice(DISTRICTS[:5])
    elif r.random() < 0.5:
        a['answers']['workplace'] = r.choice(['', None])


def trouble(r, a, submitted):
    chance = r.random()
    if chance < 0.05:
        del a['arbitration']
    elif chance < 0.08:
        a['arbitration']['caseNumber'] = r.choice(['', ' ', '　', None])
    elif chance < 0.10:
        a['arbitration']['filedOn'] = r.choice(['', None])
    elif chance < 0.13:
        a['arbitration']['filedOn'] = (submitted + DAY * r.choice([1, 2, 30])).isoformat()
    chance = r.random()
    if chance < 0.06:
        a['files'] = r.choice([{}, {'arbitrationApplication': ''}, {'arbitrationApplication': None}, {'evidence': 'sample'}])
    elif chance < 0.12:
        a['files']['arbitrationApplication'] = r.choice(['bad-empty.pdf', 'bad-cut.png', 'bad-text.txt'])
    elif chance < 0.16:
        a['files']['evidence'] = r.choice(['bad-cut.png', 'bad-empty.pdf'])
    elif chance < 0.30:
        a['files'][r.choice(['evidence', 'wageRecords', 'identityCard'])] = r.choice(['sample', 'good.png', 'good.pdf'])
    if r.random() < 0.03:
        del a['identityLevel']
    if r.random() < 0.03:
        del a['answers']['hardshipPromise']


def applicants(count, seed, calendar):
    r = random.Random(seed)
    return [applicant(r, calendar, i + 1) for i in range(count)]


if __name__ == '__main__':
    for one in applicants(int(sys.argv[1]), int(sys.argv[2]), Calendar('calendar')):
        print(json.dumps(one, ensure_ascii=False))
