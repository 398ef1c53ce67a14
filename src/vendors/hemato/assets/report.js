// The report on a study at its three levels, its versions, what people corrected, and signing.
import { ask } from './dialog.js';
import { at, make, table, time, turns } from './dom.js';
import { api } from './session.js';
import { guarded } from './shell.js';

/** Units as people read them. */
const UNITS = {
    '/{field}': 'in a field',
    '/10*3{RBC}': 'for 1,000 red cells',
    '/100{WBC}': 'for 100 white cells',
    '10*3/uL': 'thousand in a microlitre',
};

const reports = turns();
let isOpen = false;
/** The version that is shown; none while another is read. */
let rendered = null;

export function prepare(study) {
    at('version').addEventListener('change', () => guarded(() => read(study, at('version').value)));
    at('sign').addEventListener('click', () => {
        const version = rendered;
        if (version === null) return;
        const words = `You say that you have looked at the smear, and answer for version ${version} of the report.`;
        ask('Sign this report?', words, 'Sign', () => study.sign(version));
    });
}

export async function load(study) {
    isOpen = true;
    if (study.review) await renew(study);
}

/** The report as it is now. */
export async function renew(study) {
    if (!isOpen) return;
    await read(study, study.review.report_version);
    const { corrections, signed_by: by, is_signed: isSigned, signed_at: when } = study.review;
    at('signed').replaceChildren(...(isSigned ? ['Signed by ', by ?? 'somebody', ', ', time(when), '.'] : ['Nobody has signed this version.']));
    const rows = corrections.map((one) => [one.was, one.kind, one.by, time(one.at), place(study, one), back(study, one)]);
    at('corrections').replaceChildren(table('What people said of single cells', ['A model said', 'It is', 'By', 'When', 'Where', ''], rows, 'Nobody has corrected a cell.'));
}

/** A button that takes a correction back, whoever made it. */
function back(study, cell) {
    if (cell.kind === cell.was || !study.review.may_correct) return make('span', {}, cell.kind === cell.was ? 'taken back' : '');
    const button = make('button', { type: 'button', className: 'second small' }, 'Take back');
    button.addEventListener('click', () => study.correct(cell, cell.kind, cell.was));
    return button;
}

function place(study, cell) {
    const button = make('button', { type: 'button', className: 'second small' }, cell.center.join(', '));
    button.addEventListener('click', () => study.show(cell));
    return button;
}

async function read(study, version) {
    rendered = null;
    at('sign').hidden = true;
    await reports(() => api('GET', `${study.path}/report?version=${version}`), (report) => {
        const versions = [...report.versions].reverse();
        at('version').replaceChildren(...versions.map((one) => new Option(String(one), String(one))));
        at('version').value = String(report.report_version);
        rendered = report.report_version;
        const isLast = report.report_version === study.review.report_version;
        at('sign').hidden = !(isLast && study.review.may_sign);
        at('report-body').replaceChildren(...shown(report, isLast ? study.review.evidence : []));
    });
}

function shown(report, evidence) {
    const counts = Object.entries(report.morphological_findings).map(([name, { count }]) => [name, count]);
    const numbers = Object.entries(report.feature_statistics).map(([name, one]) => [
        name.replaceAll('-', ' '),
        `${one.value} ${UNITS[one.unit] ?? one.unit}`.trim(),
        one.interval ? `${one.interval.low} to ${one.interval.high}` : '',
    ]);
    return [
        make('h3', {}, 'Morphology'),
        table('Cells that were seen', ['Kind', 'Count'], counts),
        table('Numbers over the whole smear', ['Number', 'Value', 'Interval of 95 %'], numbers),
        make('h3', {}, 'Diagnosis'),
        table(
            'What may be the matter: suggestions, no diagnosis of anybody',
            ['Suggestion', 'ICD-10', 'Score', 'Confidence', 'Significance', 'What speaks for it'],
            report.diagnostic_report.differential_diagnosis.map((one) => suggestion(one, evidence)),
            'Nothing is suggested.',
        ),
        make('h3', {}, 'Pathology report'),
        make('pre', { className: 'pathology' }, report.pathology_report),
    ];
}

function suggestion(one, evidence) {
    const said = evidence.find(({ icd10_code: code }) => code === one['icd10-code'])?.evidence ?? [];
    const list = said.length > 0 ? make('ul', { className: 'evidence' }, ...said.map((text) => make('li', {}, text))) : null;
    return [one['english-long'], one['icd10-code'], String(one.score), one.confidence, one['clinical-significance'], list];
}
