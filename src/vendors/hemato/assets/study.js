// A study: its fields with their cells, the cells by kind, and the report. A person corrects the kind of a cell wherever it is shown.
import { corrections, correct, undo } from './corrected.js';
import { at, make, time } from './dom.js';
import * as fields from './fields.js';
import * as gallery from './gallery.js';
import * as report from './report.js';
import { api } from './session.js';
import { guarded, run, say, sections } from './shell.js';

/** So often it is asked how far a study is, in milliseconds. */
const EVERY = 2_000;

/** What the parts of the page share: the study, its files, how its report stands, and how it is corrected. */
const study = {
    id: new URLSearchParams(location.search).get('id') ?? '',
    path: '',
    files: [],
    review: null,
    /** Has a cell be of another kind, and shows what follows from that. */
    correct: (cell, from, to) => changing(() => correct(study, cell, from, to)),
    /** Signs the report in the version that was read. */
    sign: (version) => changing(() => api('POST', `${study.path}/signature`, { report_version: version })),
    /** Shows a cell in its field. */
    show: async (cell) => {
        if (at('fields').hidden) {
            const shown = new Promise((done) => addEventListener('hashchange', done, { once: true }));
            location.hash = '#fields';
            await shown;
        }
        await guarded(() => fields.choose(study, cell));
    },
};

/** The last change that was asked for: the next one waits for it, and is of the version that it made. */
let latest = Promise.resolve();

/** Does something that changes the report, and shows it as it is then; one after another. */
function changing(act) {
    latest = latest.then(() => changed(act));
    return latest;
}

async function changed(act) {
    await guarded(async () => {
        try {
            study.review = await act();
        } catch (error) {
            // Somebody else was faster: what is to be looked at is what they made of it.
            if (error.status === 409) await renew();
            throw error;
        }
        await shown();
    });
}

async function renew() {
    study.review = await api('GET', `${study.path}/review`);
    await shown();
}

/** Shows all that follows from how the report stands. */
async function shown() {
    const { review } = study;
    const last = corrections.at(-1);
    at('undo').hidden = !last;
    if (last) at('undo').textContent = `Undo: ${last.to}, was ${last.from}`;
    at('standing').replaceChildren(...standing(review));
    await Promise.all([fields.renew(study), gallery.renew(study), report.renew(study)]);
}

function standing({ report_status: status, is_signed: isSigned, signed_by: by, signed_at: when, report_version: version }) {
    if (isSigned) return [make('span', { className: 'confirmed' }, `Report ${version}: ${status}, signed`), ' by ', by ?? 'somebody', ', ', time(when)];
    const words = status === 'preliminary' ? 'preliminary, no person has signed it' : `${status}: changed since it was signed, and not signed again`;
    return [make('span', { className: 'unconfirmed' }, `Report ${version}: ${words}`)];
}

/** Waits until there is a report; whether there is one. */
async function reviewed() {
    for (;;) {
        const { report_status: status, progress, progress_message: words } = await api('GET', `${study.path}/status`);
        at('progress').hidden = status !== 'processing';
        at('progress').value = Math.round(100 * progress);
        if (status === 'ready') return true;
        at('standing').replaceChildren(make('span', { className: `state ${status}` }, status), `: ${words}`);
        if (status !== 'processing') return false;
        await new Promise((done) => setTimeout(done, EVERY));
    }
}

async function opened() {
    const { tags, created_at: made } = await api('GET', study.path);
    const marks = Object.entries(tags).map(([key, value]) => make('span', { className: 'tag' }, `${key}:${value}`));
    at('facts').replaceChildren('Made ', time(made), ' ', ...marks);
    ({ files: study.files } = await api('GET', `${study.path}/files`));
}

await run(async () => {
    study.path = `pbs/${encodeURIComponent(study.id)}`;
    await opened();
    const isReviewed = reviewed();
    at('undo').addEventListener('click', () => changing(async () => {
        const review = await undo(study);
        say('The correction is taken back.');
        return review;
    }));
    const part = (module) => ({ prepare: () => module.prepare(study), load: () => module.load(study) });
    await sections({ fields: part(fields), gallery: part(gallery), report: part(report) }, 'fields');
    // What was shown until now is the files alone.
    if (await isReviewed) await renew();
});
