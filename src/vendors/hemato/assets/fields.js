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
let file = null;
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
    if (!file && study.files.length > 0) await open(study, study.files[0]);
}

/** What the report says now of the field that is shown. */
export async function renew(study) {
    if (view && file) await list(study);
}

/** Shows a cell of the study in its field. */
export async function choose(study, cell) {
    const of = study.files.find(({ file_id }) => file_id === cell.file_id);
    if (!of) return;
    if (!view) prepare(study);
    await open(study, of);
    select(study, cells.find((one) => isSame(one, cell)) ?? null, true);
}

async function open(study, wantedFile) {
    if (file === wantedFile) return;
    await opened(async () => URL.createObjectURL(await picture(`${study.path}/files/${wantedFile.file_id}`)), async (address) => {
        file = wantedFile;
        chosen = null;
        cells = [];
        try {
            await view.load(address);
        } finally {
            URL.revokeObjectURL(address);
        }
        const { width, height } = view.sides;
        at('caption').textContent = `${file.name ?? file.file_id}, ${width} × ${height} pixels`;
        for (const button of document.querySelectorAll('#thumbnails button')) {
            button.setAttribute('aria-pressed', String(button.dataset.file === file.file_id));
        }
        await list(study);
    });
}

/** Reads the cells of the field, and shows them. */
async function list(study) {
    if (study.review) {
        const query = new URLSearchParams({ file_id: file.file_id, limit: MOST });
        ({ cells } = await api('GET', `${study.path}/cells?${query}`));
    }
    kinds();
    select(study, cells.find((cell) => isSame(cell, chosen)) ?? null);
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
    to.addEventListener('change', () => study.correct(cell, kind, to.value));
    return make('div', {}, make('p', {}, make('strong', {}, kind)), make('label', { htmlFor: id }, 'It is a'), to);
}
