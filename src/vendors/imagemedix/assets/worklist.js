// Scans, the newest first, with how far each is.
import { at, make, table, tell, time, turns } from './dom.js';
import { summary } from './finding.js';
import { api, limits } from './session.js';
import { guarded, run, say } from './shell.js';
import { prepareUpload } from './upload.js';

/** While something is to come, the list is asked for after so many milliseconds, later each time; else once a minute. */
const SOON = 3_000;
const LATER = 20_000;
const IDLE = 60_000;
/** So many requests are left to who works here. */
const SPARE = 30;

const lists = turns();
let page = 1;
let pages = 1;
let known = new Map();
let wait = SOON;
let timer;

const isOpen = ({ status }) => status === 'pending' || status === 'processing';

function query() {
    const wanted = {
        page,
        limit: 20,
        status: at('status').value,
        patientId: at('of-patient').value.trim(),
        startDate: at('from').value,
        endDate: at('until').value,
    };
    return new URLSearchParams(Object.entries(wanted).filter(([, value]) => value !== ''));
}

async function load() {
    clearTimeout(timer);
    try {
        await lists(() => api('GET', `api/scans?${query()}`), show);
    } finally {
        schedule();
    }
}

/** Asks again by and by: sooner while something is to come, and not so often that nothing is left to work with. */
function schedule() {
    clearTimeout(timer);
    const open = [...known.values()].some(isOpen);
    let next = open ? wait : IDLE;
    wait = Math.min(wait * 1.4, LATER);
    if (limits.left < SPARE) next = Math.max(next, (limits.until - Date.now()) / Math.max(1, limits.left / 4));
    timer = setTimeout(() => {
        if (document.hidden) schedule();
        else load().catch(() => at('fresh').replaceChildren('The list could not be renewed.'));
    }, next);
}

function show({ scans, currentPage, totalPages, totalScans }) {
    tellChanges(scans);
    [page, pages] = [currentPage, Math.max(1, totalPages)];
    const focused = document.activeElement?.closest?.('#scans a')?.getAttribute('href');
    const columns = ['Patient', 'Status', 'Result', 'Taken', 'Patient ID'];
    at('scans').replaceChildren(table('Scans, the newest first', columns, scans.map(row), 'No scans here.'));
    // What the list is renewed under stays in focus.
    if (focused) document.querySelector(`#scans a[href="${CSS.escape(focused)}"]`)?.focus();
    at('page').textContent = `Page ${page} of ${pages}, ${totalScans} scans`;
    at('newer').disabled = page <= 1;
    at('older').disabled = page >= pages;
    at('fresh').replaceChildren('As of ', make('time', {}, new Date().toLocaleTimeString()));
}

function tellChanges(scans) {
    const before = known;
    known = new Map(scans.map((scan) => [scan._id, scan]));
    const changed = scans.filter((scan) => before.has(scan._id) && before.get(scan._id).status !== scan.status);
    if (changed.length === 0) return;
    wait = SOON;
    say(changed.map(({ patientName, status }) => `The scan of ${patientName} is ${status}.`).join(' '));
}

function row(scan) {
    const state = make('span', { className: `state ${scan.status}` }, scan.status);
    const result = isOpen(scan) ? make('progress', { 'aria-label': 'It is looked at' }) : summary(scan.result);
    const open = make('a', { href: `viewer.html?id=${scan._id}` }, scan.patientName || scan.patientId || 'Open');
    return [open, state, result, time(scan.scanDate), scan.patientId];
}

function turn(by) {
    page = Math.min(Math.max(1, page + by), pages);
    return guarded(load);
}

function renew() {
    page = 1;
    wait = SOON;
    return load();
}

await run(async () => {
    at('filters').addEventListener('submit', (event) => {
        event.preventDefault();
        guarded(renew);
    });
    at('filters').addEventListener('reset', () => setTimeout(() => guarded(renew)));
    at('status').addEventListener('change', () => guarded(renew));
    at('newer').addEventListener('click', () => turn(-1));
    at('older').addEventListener('click', () => turn(1));
    document.addEventListener('visibilitychange', () => {
        if (!document.hidden) load().catch((error) => tell(at('fault'), error));
    });
    prepareUpload(renew);
    await load();
});
