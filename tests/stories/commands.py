#!/usr/bin/env python3
"""Every command as somebody who types it meets it: help, exit codes, where words go, and what happens when files, folders
or the disk are not as they should be. usage: tests/stories/commands.py BUILD_FOLDER."""
import hashlib, glob, json, os, re, shutil, subprocess, sys, tempfile, zipfile
from xml.etree import ElementTree

BUILD = os.path.abspath(sys.argv[1])
HALL = os.path.join(BUILD, 'unionhall')
WORK = tempfile.mkdtemp(prefix='unionhall-commands-')
NOBODY = 65534
LIMITATION = ('decide', 'law', 'limitation', '--on', '2022-08-23')
DATES = '{"endedOn":"2021-08-23","filedOn":"2022-08-23"}'
passed, failed = 0, 0


def check(sentence, holds, why=''):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print(('ok      ' if holds else 'FAILED  ') + sentence + ('' if holds else f': {why}'))


def run(*words, **more):
    return subprocess.run([HALL, *words], capture_output=True, text=True, **more)


def path(name):
    return os.path.join(WORK, name)


def write(name, text):
    with open(path(name), 'w', encoding='utf-8') as file:
        file.write(text)
    return path(name)


def said(out):
    return f'exit {out.returncode}\n{out.stdout[-600:]}{out.stderr[-600:]}'


def refused(sentence, code, words, *command, **more):
    """Exit code, words on standard error, nothing on standard output."""
    out = run(*command, **more)
    check(sentence, out.returncode == code and out.stdout == '' and all(w in out.stderr for w in words), said(out))
    return out


def commands():
    listed = run('help').stdout
    names = re.findall(r'^  unionhall ([a-z]+(?: [a-z]+)?)(?= |$)', listed, re.M)
    return names


def helps():
    names = commands()
    check('help lists the commands of design §9', set(names) >= {'init', 'case run', 'case bundle', 'service check', 'service deploy', 'feel', 'decide',
          'verify', 'bundle verify', 'replay', 'backup', 'restore', 'version'}, str(names))
    for name in names:
        out = run(*name.split(), '--help')
        check(f'{name} --help tells operands, options, an example and exit codes', out.returncode == 0 and out.stderr == ''
              and out.stdout.startswith(f'unionhall {name}') and f'Example:\n  unionhall {name}' in out.stdout
              and 'Exit: 0 done, 1 check failed or refused, 2 usage, 3 fault' in out.stdout
              and max(map(len, out.stdout.splitlines())) <= 140, said(out))
        check(f'help {name} says the same', run('help', *name.split()).stdout == out.stdout)
        takes = re.match(rf'unionhall {name} (.*)\[options\]', out.stdout).group(1).split()
        refused(f'{name}: an unknown option is usage', 2, ['--nonsense', '--help'], *name.split(), '--nonsense')
        refused(f'{name}: too many words are usage', 2, ['--help'], *name.split(), *['x'] * (len(takes) + 1))
        if takes:
            refused(f'{name}: a missing word is usage', 2, ['missing'], *name.split())
    refused('an option without its value is usage', 2, ['--context needs JSON'], 'feel', '1', '--context')
    refused('an option given twice is usage', 2, ['twice'], 'feel', '1', '--region', '310113', '--region', '310113')
    refused('a needed option that is missing is usage', 2, ['--context is needed'], 'decide', 'law', 'limitation')
    refused('a time that is none is usage', 2, ['--at'], 'feel', '1', '--at', 'noon')


def meant():
    for word, name in (('decid', 'decide'), ('verfy', 'verify'), ('restor', 'restore'), ('case', 'case run'), ('servce check', 'service check'),
                       ('bundle verfy', 'bundle verify'), ('repaly', 'replay'), ('service chek', 'service check')):
        refused(f'`{word}` suggests `{name}`', 2, [f'did you mean `unionhall {name}`?'], *word.split())
    out = refused('a word that is like nothing suggests nothing', 2, ['unknown command `xyzzyx`', 'unionhall help'], 'xyzzyx')
    check('... and does not guess', 'did you mean' not in out.stderr, out.stderr)
    refused('no word at all is usage', 2, ['unionhall COMMAND --help'])
    refused('help of an unknown command is usage', 2, ['decide'], 'help', 'decid')


def streams():
    out = run('version')
    check('a result goes to standard output, nothing to standard error', out.returncode == 0 and out.stdout.startswith('unionhall ') and out.stderr == '', said(out))
    refused('an expression that cannot be read is refused with its place', 1, ['1:'], 'feel', '1 +')
    with open('/dev/full', 'w') as full:
        out = subprocess.run([HALL, 'version'], stdout=full, stderr=subprocess.PIPE, text=True)
    check('a result that cannot be written is a fault', out.returncode == 3 and 'standard output' in out.stderr, out.stderr)


def decides():
    receipt = path('l.json')
    out = run(*LIMITATION, '--context', DATES, '--receipt', receipt)
    given = json.loads(out.stdout)
    check('decide gives result, rules and parameters', out.returncode == 0 and list(given) == ['result', 'rules', 'parameters']
          and given['result']['lastDay'] == '2022-08-23' and given['result']['late'] is False, said(out))
    eligible = json.loads(run('decide', 'law', 'aidEligibility', '--context', '{"migrantWorker":true,"claimTypes":["unpaidWages"],"hardshipPromise":false}').stdout)
    hit = [rule for rule in eligible['rules'] if rule['hit']]
    check('decide shows each rule with article and facts', eligible['result']['eligible'] and len(hit) == 1 and hit[0]['id'] == 'migrantExempt'
          and hit[0]['article'] == '法律援助法第四十二条第三项' and hit[0]['facts'], str(hit))
    refused('bad JSON is refused with its place', 1, ['--context:1:14: error'], *LIMITATION, '--context', '{"endedOn":  }')
    refused('JSON that is no object is refused', 1, ['an object is needed'], *LIMITATION, '--context', '[1]')
    refused('a context file that is not there is named', 1, [path('none.json')], *LIMITATION, '--context', '@' + path('none.json'))
    refused('an unknown decision of the law lists the known ones', 1, ['aidEligibility, annualLeavePay', 'limitation'], 'decide', 'law', 'limit', '--context', '{}')
    refused('an unknown decision of a service lists the known ones', 1, ['acceptance'], 'decide', 'legal-aid', 'accept', '--context', '{}')
    refused('an unknown service is refused', 1, ['legal-ade'], 'decide', 'legal-ade', 'acceptance', '--context', '{}')
    refused('a path is no decision', 1, ['there is no decision'], 'decide', 'law', '../law/limitation', '--context', '{}')
    refused('a day that is none is refused', 1, ['--on'], 'decide', 'law', 'limitation', '--on', '2022-02-30', '--context', DATES)
    refused('a region that is none is refused', 1, ['--region'], *LIMITATION, '--context', DATES, '--region', '999999')
    out = run(*LIMITATION, '--context', '{"endedon":"2021-08-23"}')
    check('a misspelled input is told, with the names that are read', out.returncode == 0 and 'endedon: warning' in out.stderr and 'endedOn, filedOn' in out.stderr, said(out))
    nothing = ('--regions', path('nothing'), '--calendar', path('nothing'))
    out = run('replay', receipt, *nothing)
    check('a receipt is replayed without hall, regions or calendar; that nobody signed is said', out.returncode == 0 and 'the same result' in out.stdout
          and 'signature' in out.stderr, said(out))
    changed_law(receipt)


def pictures():
    out = run('service', 'draw', 'services/legal-aid')
    check('service draw prints a picture that is XML, without script or style', out.returncode == 0 and out.stdout.startswith('<svg ')
          and ElementTree.fromstring(out.stdout).tag.endswith('svg') and '<script' not in out.stdout and 'style=' not in out.stdout, said(out))
    english = run('service', 'draw', 'services/legal-aid', '--language', 'en', '--out', path('way.svg'))
    words = open(path('way.svg'), encoding='utf-8').read()
    check('in English no word of the picture is Chinese', english.returncode == 0 and 'Lawyer' in words and not re.search('>[^<]*[\u4e00-\u9fff]', words), said(english))
    places = run('service', 'draw', 'services/legal-aid', '--places').stdout
    check('--places tells where everything stands', places.startswith('picture ') and 'userTask signByApplicant at ' in places
          and 'line signByAgent -> signed: ' in places)
    shutil.copytree('services/legal-aid', path('bare'))
    model = open(path('bare/process.bpmn'), encoding='utf-8').read()
    write('bare/process.bpmn', re.sub('<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>', '', model, flags=re.S))
    check('a process without places is laid out', 'places made here' in run('service', 'draw', path('bare'), '--places').stdout)
    refused('a language that is none is usage', 2, ['--language'], 'service', 'draw', 'services/legal-aid', '--language', 'fr')
    hall = path('drawn')
    check('a hall to draw from', run('init', '--hall', hall, '--demo').returncode == 0)
    handed = json.loads(run('case', 'run', 'demo/applicants.jsonl:2', '--hall', hall, '--hand-in').stdout)['case']
    out = run('service', 'draw', 'legal-aid', '--case', handed, '--hall', hall)
    check('with --case the steps are done, now and not yet (LA8)', out.returncode == 0 and '编号 · 已办' in out.stdout
          and re.search('签字、签收六份文书 · 正在办', out.stdout) and '办结 · 还没到' in out.stdout, said(out))
    refused('an unknown case is named', 1, ['（2026）nothing'], 'service', 'draw', 'legal-aid', '--case', '（2026）nothing', '--hall', hall)
    refused('an unknown service is named', 1, ['legal-ade'], 'service', 'draw', 'legal-ade', '--hall', hall)


def changed_law(receipt):
    shutil.copytree('law', path('law'))
    text = open(path('law/limitation.dmn'), encoding='utf-8').read()
    write('law/limitation.dmn', text.replace('P1Y', 'P2Y'))
    refused('another model than the one that decided is named', 1, ['law/limitation.dmn'], 'replay', receipt, '--law', path('law'))
    damages = path('d.json')
    out = run('decide', 'law', 'unlawfulTermination', '--on', '2026-11-20', '--receipt', damages, '--context',
              '{"serviceFrom":"2019-04-15","serviceTo":"2026-11-14","averageMonthlyWage":11250}')
    pinned = json.load(open(damages))['model'].get('imports', [])
    check('a receipt pins the models that its model imports, directly or not', json.loads(out.stdout)['result']['amount'] == 180000
          and sorted(row['file'] for row in pinned) == ['law/economicCompensation.dmn', 'law/serviceYears.dmn']
          and all(row['sha256'] == hashlib.sha256(open(row['file'], 'rb').read()).hexdigest() for row in pinned), str(pinned))
    check('... a model that imports nothing pins nothing more', 'imports' not in json.load(open(receipt))['model'])
    out = run('replay', damages)
    check('... and it is replayed', out.returncode == 0 and 'the same result' in out.stdout, said(out))
    text = open(path('law/serviceYears.dmn'), encoding='utf-8').read()
    write('law/serviceYears.dmn', text.replace('不满六个月的', '不足六个月的'))
    refused('another imported model is named, even if it gives the same result', 1, ['law/serviceYears.dmn', 'imported'], 'replay', damages,
            '--law', path('law'))
    out = run('service', 'check', 'law')
    check('the law folder is checked, tables and cases', out.returncode == 0 and out.stdout.rstrip().endswith(' passed, 0 failed'), said(out))
    write('law/serviceYears.dmn', text.replace('&gt;= 6</text>', '&gt;= 5</text>'))
    out = run('service', 'check', path('law'))
    check('... a changed number is found: by the overlap, and by its cases', out.returncode == 1 and 'serviceYears.dmn' in out.stdout
          and '0 failed' not in out.stdout, said(out))
    whole = open(receipt, encoding='utf-8').read()
    missed = []
    for at in range(0, len(whole), 9):
        write('changed.json', whole[:at] + ('x' if whole[at] != 'x' else 'y') + whole[at + 1:])
        if run('replay', path('changed.json')).returncode != 1:
            missed.append(at)
    check('one character changed in a receipt is refused, wherever it is', not missed, str(missed))


def with_hall():
    hall, receipt = path('hall'), path('signed.json')
    out = run('init', '--hall', hall, '--demo')
    check('init prints the recovery key and nothing else to standard output', out.returncode == 0 and re.fullmatch(r'([0-9A-Z]{5}-){7}[0-9A-Z]{5}\n', out.stdout)
          and hall in out.stderr, said(out))
    refused('a second init changes nothing', 1, ['already holds a hall'], 'init', '--hall', hall)
    refused('a region that is none makes no hall', 1, ['--region'], 'init', '--hall', path('other'), '--region', '999999')
    refused('a mode that is none is usage', 2, ['--mode'], 'init', '--hall', path('other'), '--mode', 'open')
    out = run(*LIMITATION, '--context', DATES, '--receipt', receipt, '--hall', hall)
    check('with --hall a receipt is signed', out.returncode == 0 and json.load(open(receipt))['signature'] != '', said(out))
    out = run('replay', receipt, '--hall', hall)
    check('... and replay with the hall accepts it', out.returncode == 0 and 'signature' not in out.stderr, said(out))
    refused('an unsigned receipt is not the hall\'s', 1, ['nobody signed'], 'replay', path('l.json'), '--hall', hall)
    stranger = path('stranger')
    run('init', '--hall', stranger)
    refused('a receipt of one hall is not another one\'s', 1, ['did not sign'], 'replay', receipt, '--hall', stranger)
    out = run('decide', 'legal-aid', 'acceptance', '--hall', hall, '--receipt', path('a.json'), '--on', '2022-08-26', '--context', json.dumps({
        'arbitration': {'caseNumber': '1', 'filedOn': '2022-08-21'}, 'submittedOn': '2022-08-26', 'identityLevel': 2, 'region': '310113',
        'claims': [{'type': 'unpaidWages'}], 'leftOn': '2022-08-17', 'migrantWorker': True}))
    check('a decision of a deployed service replays in its hall', out.returncode == 0 and run('replay', path('a.json'), '--hall', hall).returncode == 0, said(out))
    refused('a number that no case has is named', 1, ['no case of that number'], 'case', 'bundle', '（2022）无此案', '--out', path('x.zip'), '--hall', hall)
    for command in (('verify',), ('backup', path('b.zip')), ('case', 'bundle', 'x', '--out', path('x.zip')), ('replay', receipt), ('service', 'deploy', 'services/legal-aid')):
        refused(f'{" ".join(command[:2])}: a folder without a hall is named', 1, ['there is no hall'], *command, '--hall', path('nothing'))


def missing():
    for command in (('case', 'run'), ('bundle', 'verify'), ('replay',), ('service', 'check'), ('service', 'deploy')):
        out = run(*command, path('none'))
        check(f'{" ".join(command)}: a file that is not there is named', out.returncode == 1 and path('none') in out.stderr + out.stdout, said(out))
    refused('demo: a file that is not there is named', 1, [path('none')], 'demo', path('none'), '--out', path('papers'))
    refused('a folder where a file is needed is said', 1, ['it is a folder'], 'bundle', 'verify', WORK)
    refused('a line behind the last is said', 1, ['fewer than'], 'case', 'run', 'demo/applicants.jsonl:9999')
    refused('a case that is no JSON is refused with its place', 1, ['cut.json:1:10'], 'case', 'run', write('cut.json', '{"name": '))
    refused('a receipt that is no JSON is refused with its place', 1, ['1:10'], 'replay', path('cut.json'))
    refused('a receipt that is none is refused', 1, ['no receipt'], 'replay', write('no.json', '{}'))
    refused('a service that is not there is named', 1, ['nobody'], 'case', 'run', 'demo/applicants.jsonl:2', '--service', 'nobody')


def archives():
    def bad(name, fill):
        with zipfile.ZipFile(path(name), 'w', zipfile.ZIP_DEFLATED) as archive:
            fill(archive)
        return path(name)
    def two_names(archive):
        archive.writestr('a', '1')
        archive.writestr('b', '2')
    refused('a name that leaves the folder is refused', 1, ['../x', 'leaves its folder'], 'bundle', 'verify', bad('1.zip', lambda z: z.writestr('../x', 'x')))
    refused('an absolute name is refused', 1, ['absolute'], 'bundle', 'verify', bad('2.zip', lambda z: z.writestr('/etc/x', 'x')))
    refused('more than a hundredfold is refused', 1, ['hundredfold'], 'bundle', 'verify', bad('3.zip', lambda z: z.writestr('zeros', bytes(8 << 20))))
    refused('more than a thousand entries are refused', 1, ['1000 entries'], 'bundle', 'verify',
            bad('4.zip', lambda z: [z.writestr(str(i), '') for i in range(1001)] and None))
    refused('a ZIP that is no bundle is refused', 1, ['manifest.json'], 'bundle', 'verify', bad('5.zip', two_names))
    refused('what is no ZIP is refused', 1, ['not a ZIP'], 'bundle', 'verify', write('6.zip', 'hello'))


def outputs():
    case = ('case', 'run', 'demo/applicants.jsonl:2')
    file = write('file', 'mine')
    for option in ('--out', '--receipts'):
        refused(f'{option} that is a file is said', 1, [option, 'is a file'], *case, option, file)
    refused('demo --out that is a file is said', 1, ['--out', 'is a file'], 'demo', 'demo/applicants.jsonl', '--out', file)
    check('... and the file is as it was', open(file).read() == 'mine')
    refused('--bundle that is a folder is said', 1, ['--bundle', 'it is a folder'], *case, '--bundle', WORK)
    refused('--bundle into a folder that is not there is said', 1, ['--bundle', 'no such'], *case, '--bundle', path('none/x.zip'))
    refused('--receipt into a folder that is not there is said', 1, ['--receipt', 'no such'], *LIMITATION, '--context', DATES, '--receipt', path('none/x.json'))
    check('nothing half-written is left', not glob.glob(path('**/*.part-*'), recursive=True))
    locked_out(case)


def locked_out(case):
    """As a user who may not write there."""
    os.chmod(WORK, 0o755)
    os.mkdir(path('closed'), 0o755)
    os.mkdir(path('tmp'))
    os.chmod(path('tmp'), 0o777)
    env = dict(os.environ, TMPDIR=path('tmp'), HOME=path('tmp'), XDG_CACHE_HOME=path('tmp'))
    try:
        ready = subprocess.run([HALL, 'version'], user=NOBODY, capture_output=True).returncode == 0
    except (PermissionError, OSError):
        ready = False
    if not ready:
        print('NOT RUN a read-only folder: this needs root and a build folder that others may read')
        return
    for words in (('--out', path('closed/papers')), ('--bundle', path('closed/x.zip')), ('--receipts', path('closed/r'))):
        refused(f'{words[0]} into a folder that one may not write is said', 1, [words[0], 'permission'], *case, *words, user=NOBODY, env=env)
    refused('init into a folder that one may not write is refused', 1, [], 'init', '--hall', path('closed/hall'), user=NOBODY, env=env)


def full_disk():
    disk = path('disk')
    os.mkdir(disk)
    if subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=32k', 'tmpfs', disk], capture_output=True).returncode != 0:
        print('NOT RUN a full disk: a small tmpfs cannot be mounted here')
        return
    try:
        case = ('case', 'run', 'demo/applicants.jsonl:2')
        refused('papers on a full disk are a fault, said in words', 3, ['--out', 'disk is full'], *case, '--out', os.path.join(disk, 'papers'))
        refused('a bundle on a full disk is a fault', 3, ['--bundle', 'disk is full'], *case, '--bundle', os.path.join(disk, 'x.zip'))
        check('a full disk keeps no half-written file', not glob.glob(os.path.join(disk, '**/*.part-*'), recursive=True))
        out = run('init', '--hall', os.path.join(disk, 'hall'))
        check('no hall is made on a full disk, and it is a fault', out.returncode == 3 and out.stdout == '', said(out))
        subprocess.run(['mount', '-o', 'remount,ro', disk], check=True)
        refused('a disk that is read-only is said', 1, ['--out', 'read-only'], *case, '--out', os.path.join(disk, 'papers2'))
    finally:
        subprocess.run(['umount', disk])


try:
    for part in (helps, meant, streams, decides, pictures, with_hall, missing, archives, outputs, full_disk):
        part()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
print(f'{passed} passed, {failed} failed')
sys.exit(1 if failed or not passed else 0)
