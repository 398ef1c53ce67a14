// Correcting the kind of a cell, and taking that back.
import { api } from './session.js';
import { say } from './shell.js';

/** What was corrected in this window, and can be taken back: the last comes last. */
export const corrections = [];

function asked(study, { file_id, center, radius }, from, to) {
    return api('POST', `${study.path}/corrections`, { report_version: study.review.report_version, file_id, center, radius, from, to });
}

/** Has a cell be of another kind; how the report stands then. */
export async function correct(study, cell, from, to) {
    const review = await asked(study, cell, from, to);
    corrections.push({ cell, from, to });
    say(`The cell is a ${to} now; it was said to be a ${from}.`);
    return review;
}

/** Takes the last correction back; how the report stands then. */
export async function undo(study) {
    if (corrections.length === 0) return study.review;
    const { cell, from, to } = corrections.at(-1);
    const review = await asked(study, cell, to, from);
    corrections.pop();
    return review;
}

/** The kinds as options of a select; `first` stands before them. */
export function options(review, first) {
    const kinds = review.kinds.map(({ kind }) => new Option(kind, kind));
    return first === undefined ? kinds : [new Option(first, ''), ...kinds];
}
