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
        const tiles = cells.map((cell) => tile(study, cell));
        at('tiles').replaceChildren(...tiles.map(({ element }) => element));
        for (const { draw } of tiles) await draw();
    });
}

/** A cell: a button, and what draws it. */
function tile(study, cell) {
    const canvas = make('canvas', { width: SIDE, height: SIDE });
    const words = cell.kinds.join(', ');
    const [x, y] = cell.center;
    const element = make('button', { type: 'button', 'aria-label': `${words} at ${x}, ${y}` }, canvas, words);
    element.addEventListener('click', async () => {
        const to = at('to-kind').value;
        const shown = at('of-kind').value;
        const said = cell.kinds.includes(shown) ? shown : cell.kinds[0];
        if (!to) await study.show(cell);
        else if (!cell.kinds.includes(to)) await study.correct(cell, said, to);
    });
    const draw = async () => {
        if (!canvas.isConnected) return;
        const bitmap = await bitmapOf(study, cell.file_id);
        const half = cell.radius * ROUND;
        canvas.getContext('2d').drawImage(bitmap, x - half, y - half, 2 * half, 2 * half, 0, 0, SIDE, SIDE);
    };
    return { element, draw };
}
