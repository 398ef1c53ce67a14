// Cells of one kind, cut out of their fields. With a kind to correct to, one click corrects.
import { options } from './corrected.js';
import { at, make, turns } from './dom.js';
import { bitmapOf } from './pictures.js';
import { api } from './session.js';
import { guarded } from './shell.js';

/** So many cells are shown at the same time. */
const PAGE = 60;
/** So many pixels a cell is shown in. */
const SIDE = 112;
/** More round a cell is shown, too. */
const ROUND = 1.4;

const pages = turns();
let from = 1;
let isOpen = false;
let shownTiles = [];

export function prepare(study) {
    const begin = () => {
        from = 1;
        return guarded(() => list(study));
    };
    at('of-kind').addEventListener('change', begin);
    at('more-before').addEventListener('click', () => turn(study, -PAGE));
    at('more-after').addEventListener('click', () => turn(study, PAGE));
}

function turn(study, by) {
    from = Math.max(1, from + by);
    return guarded(() => list(study));
}

export async function load(study) {
    isOpen = true;
    if (study.review) await renew(study);
}

/** The cells as the report has them now. */
export async function renew(study) {
    const { kinds, may_correct: mayCorrect } = study.review;
    const there = kinds.filter(({ count }) => count > 0);
    const [kind, to] = [at('of-kind').value, at('to-kind').value];
    at('of-kind').replaceChildren(...there.map(({ kind: name, count }) => new Option(`${name} (${count})`, name)));
    if (there.some((one) => one.kind === kind)) at('of-kind').value = kind;
    // Red cells are the most, and the least to look at one by one.
    else at('of-kind').value = (there.find((one) => one.kind === 'white cell') ?? there[0])?.kind ?? '';
    at('to-kind').replaceChildren(...options(study.review, 'shown in its field'));
    at('to-kind').value = to;
    at('to-kind').disabled = !mayCorrect;
    if (isOpen) await list(study);
}

async function list(study) {
    const kind = at('of-kind').value;
    if (!study.review || !kind) return;
    const query = new URLSearchParams({ kind, from, limit: PAGE });
    await pages(() => api('GET', `${study.path}/cells?${query}`), async ({ total, cells }) => {
        // The last one of a page may be gone.
        if (cells.length === 0 && from > 1) {
            from = Math.max(1, from - PAGE);
            await list(study);
            return;
        }
        at('shown').textContent = cells.length === 0 ? 'None of this kind whose place is known.' : `${from} to ${from + cells.length - 1} of ${total}`;
        at('more-before').disabled = from <= 1;
        at('more-after').disabled = from + cells.length > total;
        shownTiles = cells.map((cell) => known(cell) ?? tile(study, cell));
        at('tiles').replaceChildren(...shownTiles.map(({ element }) => element));
        for (const { draw } of shownTiles) await draw();
    });
}

/** What is shown of a cell, so that it need not be cut out of its field again. Each tile is given once: two cells may look the same. */
function known(cell) {
    const key = keyOf(cell);
    const found = shownTiles.findIndex((one) => one.key === key && !one.element.disabled);
    return found < 0 ? null : shownTiles.splice(found, 1)[0];
}

function keyOf({ file_id: id, center, radius, kinds }) {
    return JSON.stringify([id, center, radius, kinds]);
}

/** A cell: a button, and what draws it. */
function tile(study, cell) {
    const canvas = make('canvas', { width: SIDE, height: SIDE });
    const words = cell.kinds.join(', ');
    const [x, y] = cell.center;
    const element = make('button', { type: 'button', 'aria-label': `${words} at ${x}, ${y}` }, canvas, words);
    element.addEventListener('click', async ({ detail }) => {
        // The second click of two is of the tile that was there for the first.
        if (detail > 1) return;
        const to = at('to-kind').value;
        if (!to) await study.show(cell);
        else if (!cell.kinds.includes(to)) await corrected(study, cell, to, element);
    });
    let isDrawn = false;
    const draw = async () => {
        if (isDrawn || !canvas.isConnected) return;
        const bitmap = await bitmapOf(study, cell.file_id);
        const half = cell.radius * ROUND;
        canvas.getContext('2d').drawImage(bitmap, x - half, y - half, 2 * half, 2 * half, 0, 0, SIDE, SIDE);
        isDrawn = true;
    };
    return { element, draw, key: keyOf(cell) };
}

/** Corrects a cell by its tile; the focus goes to the tile that stands there then. */
async function corrected(study, cell, to, element) {
    const shown = at('of-kind').value;
    const said = cell.kinds.includes(shown) ? shown : cell.kinds[0];
    const place = [...at('tiles').children].indexOf(element);
    element.disabled = true;
    await study.correct(cell, said, to);
    element.disabled = false;
    const { children } = at('tiles');
    if (document.activeElement === document.body) (children[Math.min(place, children.length - 1)] ?? at('of-kind')).focus();
}
