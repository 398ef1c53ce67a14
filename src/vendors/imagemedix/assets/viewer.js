// A scan: its picture, what was found in it, and what people have to say of it.
import { annotate, showMarks } from './annotations.js';
import { View } from './canvas.js';
import { prepareCompare } from './compare.js';
import { at, time } from './dom.js';
import { showFinding } from './finding.js';
import { listen } from './keyboard.js';
import { heat, keyboardCross, marks, region } from './overlay.js';
import { follow } from './pointer.js';
import { prepareReport } from './report.js';
import { api, below } from './session.js';
import { guarded, run, say } from './shell.js';

/** While a scan is looked at, how far it is is asked for after so many milliseconds, later each time. */
const SOON = 1_500;
const LATER = 15_000;

const id = new URLSearchParams(location.search).get('id') ?? '';
const view = new View(at('picture'));
let scan;
let tool = 'move';
let chosen = null;
let wait = SOON;

const isPressed = (button) => at(button).getAttribute('aria-pressed') === 'true';

async function load() {
    scan = await api('GET', `api/scans/${encodeURIComponent(id)}`);
    const isOpen = scan.status === 'pending' || scan.status === 'processing';
    // Why it failed, and how far it is, the status alone tells.
    const job = scan.status === 'completed' ? null : await api('GET', `api/scans/${scan._id}/status`);
    document.title = `${scan.patientName} - ImageMedix`;
    at('title').textContent = scan.patientName;
    const sender = scan.doctorId ? `, sent by ${scan.doctorId.name}` : '';
    at('facts').replaceChildren(`Patient ID ${scan.patientId}, taken `, time(scan.scanDate), sender);
    showFinding(scan, job, reload);
    at('make-report').disabled = !scan.result;
    layers();
    list();
    if (isOpen) setTimeout(() => guarded(watch), wait);
}

/** Does something with the scan, and shows it as it is then. */
function reload(words, act) {
    return guarded(async () => {
        await act?.();
        wait = SOON;
        await load();
        if (words) say(words);
    });
}

/** Asks how far the scan is, until it is done. */
async function watch() {
    wait = Math.min(wait * 1.4, LATER);
    const job = document.hidden ? null : await api('GET', `api/scans/${scan._id}/status`);
    if (job && job.status !== 'pending' && job.status !== 'processing') {
        await load();
        // What was found before stands where a later analysis came to nothing.
        const why = job.status === 'completed' && job.jobStatus.failedReason;
        say(why || `The scan is ${job.status}.`);
        return;
    }
    if (job) showFinding({ ...scan, status: job.status }, job, reload);
    setTimeout(() => guarded(watch), wait);
}

function layers() {
    const { analysis, picture, annotations } = scan;
    const opacity = () => (isPressed('show-heat') ? at('heat').value / 100 : 0);
    view.layers = [];
    if (analysis?.heatMap) view.layers.push(heat(analysis.heatMap, opacity));
    const named = analysis?.isConfirmed ? 'Finding' : 'AI';
    if (analysis?.region) view.layers.push(region(analysis.region, picture, named, () => isPressed('show-region')));
    view.layers.push(marks(() => annotations, picture, () => chosen, () => isPressed('show-marks')), keyboardCross);
    at('show-heat').disabled = !analysis?.heatMap;
    at('heat').disabled = !analysis?.heatMap;
    at('show-region').disabled = !analysis?.region;
    view.due();
}

function list() {
    showMarks(scan.annotations, chosen, (place) => {
        chosen = place === chosen ? null : place;
        const mark = scan.annotations[place];
        if (chosen !== null) view.centre(shown(mark));
        list();
        view.due();
        document.querySelectorAll('#marks button')[place]?.focus();
    });
}

/** The sides in which places are told. */
const told = () => scan.picture ?? view.sides;
/** A point of the picture as it is shown, and as it is told. */
const shown = ({ x, y }) => ({ x: (x * view.sides.width) / told().width, y: (y * view.sides.height) / told().height });
const kept = ({ x, y }) => ({ x: (x * told().width) / view.sides.width, y: (y * told().height) / view.sides.height });

function mark(point) {
    if (!view.image) return;
    annotate(scan, kept(point), told(), (annotations) => {
        scan.annotations = annotations;
        layers();
        list();
    });
}

function take(name) {
    tool = name;
    for (const button of document.querySelectorAll('[data-tool]')) {
        button.setAttribute('aria-pressed', String(button.dataset.tool === name));
    }
    for (const canvas of document.querySelectorAll('canvas')) canvas.className = name;
    say(`Tool: ${name}`);
}

function toggle(button) {
    if (at(button).disabled) return;
    at(button).setAttribute('aria-pressed', String(!isPressed(button)));
    view.due();
}

/** Shows what the view is like beside it. */
function tellView({ place, window }) {
    at('zoom').textContent = `${Math.round(100 * place.scale)} %`;
    for (const [name, value] of Object.entries(window)) {
        at(name).value = value;
        at(`${name}-told`).textContent = String(Math.round(value));
    }
    at('heat-told').textContent = `${at('heat').value} %`;
}

function prepare() {
    const keys = {
        v: () => take('move'),
        w: () => take('window'),
        m: () => take('mark'),
        h: () => toggle('show-heat'),
        r: () => toggle('show-region'),
        a: () => toggle('show-marks'),
    };
    follow(view, () => tool, mark);
    listen(view, () => tool, mark, keys);
    for (const button of document.querySelectorAll('[data-tool]')) button.addEventListener('click', () => take(button.dataset.tool));
    for (const button of ['show-heat', 'show-region', 'show-marks']) at(button).addEventListener('click', () => toggle(button));
    at('zoom-in').addEventListener('click', () => view.zoomBy(1.25));
    at('zoom-out').addEventListener('click', () => view.zoomBy(0.8));
    at('fit').addEventListener('click', () => view.reset());
    const through = () => view.through({ level: Number(at('level').value), width: Number(at('width').value) });
    for (const slider of ['level', 'width']) at(slider).addEventListener('input', through);
    at('heat').addEventListener('input', () => {
        view.due();
        tellView(view);
    });
    at('add-mark').addEventListener('click', () => mark(view.toPicture(view.canvas.clientWidth / 2, view.canvas.clientHeight / 2)));
    view.changed = tellView;
    prepareReport(id);
    return keys;
}

await run(async () => {
    const keys = prepare();
    await load();
    at('caption').replaceChildren(time(scan.scanDate));
    if (!scan.imageUrl) throw new Error('The picture of this scan is gone.');
    await view.load(below(scan.imageUrl, '/uploads/'));
    // What a person waits for, for who measures how long.
    performance.mark('shown');
    await prepareCompare(scan, view, (second) => {
        // The second picture is looked at, and not annotated.
        const looking = () => (tool === 'mark' ? 'move' : tool);
        follow(second, looking, () => {});
        listen(second, looking, () => {}, keys);
    });
});
