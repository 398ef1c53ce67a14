// What was found in a scan, in words, and what a doctor says of it.
import { at, make, onSubmit, time } from './dom.js';
import { close, open } from './dialog.js';
import { api } from './session.js';
import { say } from './shell.js';

/** The finding in a few words. */
export function summary(result) {
    if (!result) return '–';
    const what = finding(result);
    return result.confidence === undefined ? what : `${what} (${percent(result.confidence)})`;
}

function finding({ hasTumor, hasPneumonia, tumorType, pneumoniaType }) {
    if (hasTumor !== undefined) return hasTumor ? `Tumor${tumorType ? `: ${tumorType}` : ''}` : 'No tumor';
    return hasPneumonia ? `Pneumonia${pneumoniaType ? `: ${pneumoniaType}` : ''}` : 'No pneumonia';
}

function percent(share) {
    return `${(100 * share).toFixed(1)} %`;
}

/** Shows what was found, or how far the scan is. `reload` is called after a change. */
export function showFinding(scan, job, reload) {
    const place = at('finding-body');
    if (scan.status === 'pending' || scan.status === 'processing') {
        const done = job?.jobStatus.progress ?? 0;
        const words = `The scan is ${job?.jobStatus.state ?? scan.status}: ${done} %`;
        place.replaceChildren(make('p', {}, words), make('progress', { max: 100, value: done, 'aria-label': 'Analysis' }));
        return;
    }
    const parts = [];
    if (scan.status === 'failed') {
        parts.push(make('p', { className: 'fault' }, job?.jobStatus.failedReason ?? 'The analysis failed.'));
    }
    if (scan.result) parts.push(...told(scan));
    else if (scan.status !== 'failed') parts.push(make('p', { className: 'quiet' }, 'Nothing was found yet.'));
    parts.push(buttons(scan, reload));
    place.replaceChildren(...parts);
}

function told({ result, analysis }) {
    const isConfirmed = analysis?.isConfirmed ?? false;
    const label = isConfirmed ? 'Confirmed by a person' : 'AI, not confirmed';
    const rows = [
        ['Finding', finding(result)],
        ['Confidence', result.confidence === undefined ? null : confidence(result.confidence)],
        ['Place', result.tumorLocation ?? result.affectedLung],
        ['Notes', result.additionalNotes],
        ['Model', analysis?.model && model(analysis.model)],
        ['Read by', analysis?.reader?.name],
        ['Version', analysis && `${analysis.version}, ${analysis.state}`],
        ['Since', analysis?.foundAt && time(analysis.foundAt)],
    ];
    const shown = rows.filter(([, value]) => value !== undefined && value !== null && value !== '');
    const list = make('dl', {}, ...shown.flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)]));
    return [make('p', { className: isConfirmed ? 'confirmed' : 'unconfirmed' }, label), list];
}

function confidence(share) {
    return make('span', { className: 'sure' }, make('meter', { min: 0, max: 1, value: share, 'aria-label': 'Confidence' }), ` ${percent(share)}`);
}

function model({ name, version, card }) {
    const words = `${name} ${version}`;
    if (!card) return words;
    const link = make('a', { href: `card.html?model=${encodeURIComponent(name)}`, id: 'model-card' }, 'model card');
    return make('span', {}, `${words} (`, link, ')');
}

function buttons(scan, reload) {
    const row = make('div', { className: 'buttons' });
    const button = (id, text, className, act) => {
        const made = make('button', { id, type: 'button', className }, text);
        made.addEventListener('click', act);
        row.append(made);
    };
    const path = `api/scans/${scan._id}`;
    const doing = (words, act) => () => reload(words, act);
    if (scan.result && !scan.analysis?.isConfirmed) {
        button('confirm', 'Confirm', '', doing('The finding is confirmed.', () => api('PATCH', path, { status: 'completed' })));
    }
    button('correct', scan.result ? 'Correct' : 'Say what is there', 'second', () => correct(scan, reload));
    if (scan.status === 'failed') {
        for (const organ of ['brain', 'chest']) {
            const ask = () => api('POST', `api/ml/${organ}/analyze`, { scanId: scan._id });
            button(`as-${organ}`, `Analyze as ${organ}`, 'second', doing('The analysis is asked for.', ask));
        }
    }
    return row;
}

/** Opens the form in which a doctor says what is there. */
function correct(scan, reload) {
    const now = scan.result ?? {};
    const isChest = now.hasPneumonia !== undefined;
    const select = (id, options, chosen) => make('select', { id }, ...options.map(([value, text]) => new Option(text, value, false, value === chosen)));
    const what = select('what', [['tumor', 'Tumor'], ['no-tumor', 'No tumor'], ['pneumonia', 'Pneumonia'], ['no-pneumonia', 'No pneumonia']],
        `${(isChest ? now.hasPneumonia : now.hasTumor) ? '' : 'no-'}${isChest ? 'pneumonia' : 'tumor'}`);
    const kind = select('kind', [['', 'not known'], ['glioma', 'glioma'], ['meningioma', 'meningioma'], ['pituitary', 'pituitary']], now.tumorType ?? '');
    const where = make('input', { id: 'where', maxLength: 200, value: now.tumorLocation ?? now.affectedLung ?? '' });
    const sure = make('input', { id: 'sure', type: 'number', min: 0, max: 100, step: 'any', required: true });
    const notes = make('textarea', { id: 'notes', maxLength: 10000 });
    notes.value = now.additionalNotes ?? '';
    const kindPart = make('div', {}, make('label', { htmlFor: 'kind' }, 'Kind of tumor'), kind);
    const wherePart = make('div', {}, make('label', { htmlFor: 'where' }, 'Where'), where);
    const change = () => {
        kindPart.hidden = what.value !== 'tumor';
        wherePart.hidden = what.value.startsWith('no-');
    };
    what.addEventListener('change', change);
    change();
    const fault = make('p', { className: 'fault', role: 'alert', hidden: true });
    const cancel = make('button', { type: 'button', className: 'second' }, 'Cancel');
    cancel.addEventListener('click', close);
    const form = make('form', {}, fault, make('label', { htmlFor: 'what' }, 'Finding'), what, kindPart, wherePart,
        make('label', { htmlFor: 'sure' }, 'How sure, in percent'), sure, make('label', { htmlFor: 'notes' }, 'Notes'), notes,
        make('div', { className: 'buttons' }, make('button', { type: 'submit' }, 'Keep'), cancel));
    onSubmit(form, fault, async () => {
        await api('PATCH', `api/scans/${scan._id}`, { status: 'completed', result: said({ what, kind, where, sure, notes }) });
        close();
        say('The finding was changed.');
        await reload();
    });
    open('What is in the scan', form);
}

/** The result as the API takes it. */
function said({ what, kind, where, sure, notes }) {
    const is = !what.value.startsWith('no-');
    const isChest = what.value.endsWith('pneumonia');
    return {
        [isChest ? 'hasPneumonia' : 'hasTumor']: is,
        ...(is && !isChest && kind.value && { tumorType: kind.value }),
        ...(is && where.value.trim() && { [isChest ? 'affectedLung' : 'tumorLocation']: where.value.trim() }),
        confidence: Number(sure.value) / 100,
        ...(notes.value.trim() && { additionalNotes: notes.value.trim() }),
    };
}
