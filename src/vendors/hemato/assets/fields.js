// The fields of a smear: small pictures of all, and one with its cells.
import { View } from './canvas.js';
import { boxes, swatch } from './boxes.js';
import { options } from './corrected.js';
import { at, make, turns } from './dom.js';
import { listen } from './keyboard.js';
import { thumbnail } from './pictures.js';
import { follow } from './pointer.js';
import { api, picture } from './session.js';
import { guarded, say } from './shell.js';

/** More cells of a field are not drawn. */
const MOST = 20_000;
/** A cell that is shown in fewer pixels of the screen is too small to be judged. */
const SMALL = 32;
/** Kinds that are not drawn until somebody wants them: there are hundreds in each field. */
const COMMON = new Set(['red cell']);

const opened = turns();
let view;
/** The field that is shown, with its cells; and the one that is on its way. */
let file = null;
let coming = null;
let cells = [];
let chosen = null;
/** Kinds that somebody has shown or hidden. */
const wanted = new Map();

const isShown = (kind) => wanted.get(kind) ?? !COMMON.has(kind);
const shownCells = () => cells.filter(({ kinds }) => kinds.some(isShown));
const isSame = (one, other) => Boolean(one && other) && one.file_id === other.file_id && one.radius === other.radius && one.center.every((side, i) => side === other.center[i]);

export function prepare(study) {
    view = new View(at('picture'));
    view.layers = [boxes(shownCells, () => chosen)];
    const pick = (point) => select(study, there(point));
    const step = (by) => () => {
        const all = shownCells();
        if (all.length === 0) return;
        const now = all.findIndex((cell) => isSame(cell, chosen));
        select(study, all[(now + by + all.length) % all.length], true);
    };
    follow(view, () => 'pick', pick);
    listen(view, () => 'pick', pick, { n: step(1), p: step(-1) });
    at('next').addEventListener('click', step(1));
    at('previous').addEventListener('click', step(-1));
    at('zoom-in').addEventListener('click', () => view.zoomBy(1.25));
    at('zoom-out').addEventListener('click', () => view.zoomBy(0.8));
    at('fit').addEventListener('click', () => view.reset());
    view.changed = ({ place }) => (at('zoom').textContent = `${Math.round(100 * place.scale)} %`);
    at('thumbnails').replaceChildren(...study.files.map((one) => thumbnail(study, one, () => guarded(() => open(study, one)))));
}

export async function load(study) {
    if (!file && !coming && study.files.length > 0) await open(study, study.files[0]);
}

/** What the report says now of the field that is shown. */
export async function renew(study) {
    const now = coming ?? file;
    if (view && now) await open(study, now);
}

/** Shows a cell of the study in its field. */
export async function choose(study, cell) {
    const of = study.files.find(({ file_id }) => file_id === cell.file_id);
    if (!of) return;
    if (!view) prepare(study);
    await open(study, of);
    // Another field may have been opened meanwhile.
    if (file === of) select(study, cells.find((one) => isSame(one, cell)) ?? null, true);
}

/** Shows a field, or what the report says now of the one that is shown. Until all of a field is there, the one before stays as it is. */
async function open(study, next) {
    coming = next;
    const isShown = file === next;
    const ask = () => Promise.all([isShown ? null : picture(`${study.path}/files/${next.file_id}`), cellsOf(study, next)]);
    try {
        await opened(ask, async ([blob, found], isLatest) => {
            if (blob && !(await put(blob, isLatest))) return;
            coming = null;
            file = next;
            cells = found;
            if (!isShown) named(next);
            kinds();
            select(study, cells.find((cell) => isSame(cell, chosen)) ?? null);
        });
    } catch (error) {
        coming = null;
        throw error;
    }
}

/** Has the canvas show a picture, unless another is wanted by then; whether it does. */
async function put(blob, isLatest) {
    const address = URL.createObjectURL(blob);
    try {
        return await view.load(address, isLatest);
    } finally {
        URL.revokeObjectURL(address);
    }
}

/** Says which field is shown. */
function named({ file_id: id, name }) {
    const { width, height } = view.sides;
    at('caption').textContent = `${name ?? id}, ${width} × ${height} pixels`;
    for (const button of document.querySelectorAll('#thumbnails button')) {
        button.setAttribute('aria-pressed', String(button.dataset.file === id));
    }
}

/** The cells of a field; none before there is a report. */
async function cellsOf(study, { file_id: id }) {
    if (!study.review) return [];
    const query = new URLSearchParams({ file_id: id, limit: MOST });
    return (await api('GET', `${study.path}/cells?${query}`)).cells;
}

/** The kinds in this field, each to be shown or hidden. */
function kinds() {
    const counts = new Map();
    for (const kind of cells.flatMap((cell) => cell.kinds)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const line = ([kind, count], place) => {
        const id = `kind-${place}`;
        const box = make('input', { id, type: 'checkbox', checked: isShown(kind) });
        box.addEventListener('change', () => {
            wanted.set(kind, box.checked);
            view.due();
        });
        return make('div', { className: 'kind' }, box, make('label', { htmlFor: id }, swatch(kind), `${kind}: ${count}`));
    };
    const lines = [...counts].sort(([one], [other]) => one.localeCompare(other)).map(line);
    at('kinds').replaceChildren(...(lines.length > 0 ? lines : [make('p', { className: 'quiet' }, 'No cells are known here.')]));
    view.due();
}

/** The smallest of the cells that are shown at a point. */
function there({ x, y }) {
    const holds = ({ center, radius }) => Math.max(Math.abs(center[0] - x), Math.abs(center[1] - y)) <= radius;
    return shownCells().filter(holds).sort((one, other) => one.radius - other.radius)[0] ?? null;
}

/** Moves the picture where a cell is out of sight, or too small to be seen. */
function bring({ center: [x, y], radius }) {
    const { clientWidth, clientHeight } = view.canvas;
    const { scale } = view.place;
    const [from, to] = [view.toCanvas(x - radius, y - radius), view.toCanvas(x + radius, y + radius)];
    const isInSight = from.x >= 0 && from.y >= 0 && to.x <= clientWidth && to.y <= clientHeight;
    if (2 * radius * scale < SMALL) view.zoomBy(SMALL / (2 * radius * scale));
    else if (isInSight) return;
    view.centre({ x, y });
}

function select(study, cell, isMoved = false) {
    chosen = cell;
    if (cell && isMoved) {
        const [x, y] = cell.center;
        bring(cell);
        say(`${cell.kinds.join(', ')} at ${x}, ${y}`);
    }
    view.due();
    if (!cell) {
        at('cell').replaceChildren(make('p', { className: 'quiet' }, 'None is chosen.'));
        return;
    }
    const [x, y] = cell.center;
    const place = make('p', { className: 'quiet' }, `${x} pixels from the left, ${y} from the top, ${2 * cell.radius} wide`);
    at('cell').replaceChildren(...cell.kinds.map((kind, i) => corrector(study, cell, kind, i)), place);
}

/** What a cell is, and what else it may be. */
function corrector(study, cell, kind, place) {
    if (!study.review?.may_correct) return make('p', {}, make('strong', {}, kind));
    const id = `is-a-${place}`;
    const to = make('select', { id }, ...options(study.review));
    to.value = kind;
    // A select tells of each kind that arrow keys pass on the way to the one that is meant.
    const button = make('button', { type: 'button', className: 'small', disabled: true }, 'Correct');
    to.addEventListener('change', () => (button.disabled = to.value === kind));
    button.addEventListener('click', async () => {
        button.disabled = true;
        await study.correct(cell, kind, to.value);
        if (button.isConnected) button.disabled = to.value === kind;
        // The button that had the focus is gone, or cannot have it.
        if (document.activeElement === document.body) (at(id) ?? at('picture')).focus();
    });
    const choice = make('div', { className: 'row' }, to, button);
    return make('div', {}, make('p', {}, make('strong', {}, kind)), make('label', { htmlFor: id }, 'It is a'), choice);
}
