"""What must come out of an application for legal aid, written from the plan and the law alone: the rules in plain words,
nothing of how the hall is built. decide(applicant, calendar, region) -> outcome, failedRules (model order), due."""
import csv, datetime, glob, os, re

SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))
IN_SCOPE = {'unpaidWages', 'advancedExpenses', 'economicCompensation', 'unlawfulTermination', 'noticePay', 'doubleWage', 'overtimePay',
            'annualLeavePay', 'minimumWageGap', 'unlawfulProbation', 'injuryPayment', 'heatSubsidy', 'nonCompetePay'}
# A migrant worker who claims pay or work injury is not asked for hardship (Legal Aid Act 42). Economic compensation,
# damages and penalties are not pay.
PAY_OR_INJURY = {'unpaidWages', 'overtimePay', 'minimumWageGap', 'annualLeavePay', 'heatSubsidy', 'injuryPayment'}
REVIEW_WORKING_DAYS = {'310113': 3, '210102': 5}   # everywhere else 3
FIXED_FESTIVALS = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}


class Calendar:
    """Working days: the State Council's notices; a year without one has weekends and the festivals of a fixed date."""

    def __init__(self, folder):
        self.days, self.years = {}, set()
        for path in glob.glob(os.path.join(folder, '[0-9]*.csv')):
            with open(path, encoding='utf-8') as file:
                for row in csv.DictReader(file):
                    self.days[datetime.date.fromisoformat(row['date'])] = row['kind']
                    self.years.add(int(row['date'][:4]))

    def works(self, day):
        if day.year not in self.years and (day.month, day.day) in FIXED_FESTIVALS:
            return False
        kind = self.days.get(day)
        return kind == 'work' or (kind is None and day.weekday() < 5)

    def after_working_days(self, day, count):
        """The day itself is not counted (Civil Code 201)."""
        while count:
            day += datetime.timedelta(days=1)
            count -= self.works(day)
        return day

    def one_year_after(self, day):
        """The same date a year on; 29 February becomes the 28th; a rest day at the end moves to the next working day."""
        try:
            last = day.replace(year=day.year + 1)
        except ValueError:
            last = day.replace(year=day.year + 1, day=28)
        while not self.works(last):
            last += datetime.timedelta(days=1)
        return last


def date_of(text):
    return datetime.date.fromisoformat(text) if text else None


def submitted_on(applicant):
    text = applicant['submittedAt'].replace('Z', '+00:00')
    return datetime.datetime.fromisoformat(text).astimezone(SHANGHAI).date()


def not_filed(a, calendar, region):
    arbitration = a.get('arbitration') or {}
    filed = date_of(arbitration.get('filedOn'))
    return not (arbitration.get('caseNumber') or '').strip() or filed is None or filed > submitted_on(a)


def paper_fails(a, calendar, region):
    files = {field: path for field, path in (a.get('files') or {}).items() if path}
    return 'arbitrationApplication' not in files or any(not sound(path) for path in files.values())


def sound(path):
    """The stories name their files by what they are."""
    return path == 'sample' or os.path.basename(path).startswith('good')


def not_identified(a, calendar, region):
    return a.get('identityLevel', 2) < 2


def elsewhere(a, calendar, region):
    answers, employer = a.get('answers') or {}, a.get('employer') or {}
    return (answers.get('workplace') or employer.get('registeredRegion')) != region


def out_of_scope(a, calendar, region):
    return any(claim['type'] not in IN_SCOPE for claim in a['claims'])


def too_late(a, calendar, region):
    filed = date_of((a.get('arbitration') or {}).get('filedOn'))
    return filed is not None and filed > calendar.one_year_after(date_of(a['leftOn']))


def not_in_need(a, calendar, region):
    exempt = a.get('migrantWorker') is True and any(claim['type'] in PAY_OR_INJURY for claim in a['claims'])
    return not exempt and (a.get('answers') or {}).get('hardshipPromise') is not True


def represented(a, calendar, region):
    return (a.get('answers') or {}).get('ownLawyer', False) is not False


RULES = [('notFiled', not_filed), ('applicationPaper', paper_fails), ('identity', not_identified), ('district', elsewhere),
         ('scope', out_of_scope), ('limitation', too_late), ('hardship', not_in_need), ('represented', represented)]


def decide(applicant, calendar, region='310113'):
    failed = [name for name, fails in RULES if fails(applicant, calendar, region)]
    outcome = 'accepted' if not failed else 'notYet' if 'notFiled' in failed else 'person'
    due = calendar.after_working_days(submitted_on(applicant), REVIEW_WORKING_DAYS.get(region, 3)).isoformat()
    return {'outcome': outcome, 'failedRules': failed, 'due': {'review': due, 'whole': due}}


# ---- numbers that carry a check digit ---------------------------------------------------------------------------------

def resident_id(first17):
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return first17 + '10X98765432'[sum(int(c) * w for c, w in zip(first17, weights)) % 11]


def credit_code(first17):
    alphabet, power, total = '0123456789ABCDEFGHJKLMNPQRTUWXY', 1, 0
    for c in first17:
        total, power = total + alphabet.index(c) * power, power * 3 % 31
    return first17 + alphabet[-total % 31]


def is_plain_name(name):
    return bool(re.fullmatch(r"[^\W\d_]([^\W\d_]|[·•・ '\-])*[^\W\d_]", name))
