// Studies, the newest first, with how far each is.
import { at, make, table, time, turns } from './dom.js';
import { api } from './session.js';
import { guarded, run, say } from './shell.js';
import { prepareUpload } from './upload.js';

/** While something is to come, the list is asked for after so many milliseconds, later each time; else once a minute. */
const SOON = 3_000;
const LATER = 20_000;
const IDLE = 60_000;

const lists = turns();
let cursor = null;
let older = null;
let wait = SOON;
let timer;
let known = new Map();

async function load() {
    clearTimeout(timer);
    const wanted = { limit: 20, report_status: at('state').value, tag: at('tag').value.trim(), cursor: cursor ?? '' };
    const query = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value !== ''));
    try {
        await lists(() => api('GET', `pbs?${query}`), show);
    } finally {
        const isOpen = [...known.values()].some((status) => status === 'processing');
        timer = setTimeout(renew, isOpen ? wait : IDLE);
        wait = Math.min(wait * 1.4, LATER);
    }
}

/** Asks again by and by, but for nobody who looks elsewhere. */
function renew() {
    if (document.hidden) timer = setTimeout(renew, IDLE);
    else guarded(load);
}

function show({ studies, next_cursor: next }) {
    const changed = studies.filter(({ pbs_study_id: id, report_status: status }) => known.has(id) && known.get(id) !== status);
    known = new Map(studies.map(({ pbs_study_id: id, report_status: status }) => [id, status]));
    if (changed.length > 0) say(changed.map(({ report_status: status }) => `A study is ${status}.`).join(' '));
    const focused = document.activeElement?.closest?.('#studies a')?.getAttribute('href');
    at('studies').replaceChildren(table('Studies, the newest first', ['Made', 'Status', 'Done', 'Tags'], studies.map(row), 'No studies here.'));
    // What the list is renewed under stays in focus.
    if (focused) document.querySelector(`#studies a[href="${CSS.escape(focused)}"]`)?.focus();
    older = next;
    at('older').disabled = !older;
    at('first').disabled = cursor === null;
}

function row({ pbs_study_id: id, report_status: status, progress, tags, created_at: made }) {
    const done = status === 'processing'
        ? make('progress', { max: 1, value: progress, 'aria-label': 'How much is done' })
        : `${Math.round(100 * progress)} %`;
    const marks = Object.entries(tags).map(([key, value]) => make('span', { className: 'tag' }, `${key}:${value}`));
    return [
        make('a', { href: `study.html?id=${id}` }, time(made)),
        make('span', { className: `state ${status}` }, status),
        done,
        marks.length > 0 ? make('span', {}, ...marks) : null,
    ];
}

function from(place) {
    cursor = place;
    wait = SOON;
    return guarded(load);
}

await run(async () => {
    at('filters').addEventListener('submit', (event) => {
        event.preventDefault();
        from(null);
    });
    at('filters').addEventListener('reset', () => setTimeout(() => from(null)));
    at('state').addEventListener('change', () => from(null));
    at('first').addEventListener('click', () => from(null));
    at('older').addEventListener('click', () => from(older));
    prepareUpload(() => from(null));
    await load();
});
