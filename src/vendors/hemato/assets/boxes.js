// Cells drawn over a field. Fields are of all shades: each box has a bright line within a dark one.

/** Kinds that somebody should look at first. */
const ALARMING = new Set(['parasitised red cell', 'schistocyte', 'promyelocyte', 'myelocyte', 'metamyelocyte', 'erythroblast', 'immature granulocyte']);
const WHITE = new Set(['white cell', 'segmented neutrophil', 'band neutrophil', 'lymphocyte', 'monocyte', 'eosinophil', 'basophil']);
const PLATELETS = new Set(['platelet', 'large platelet']);
const SHADES = { alarming: '#ff5f6d', white: '#4fc3ff', platelet: '#7ee787', red: '#ffd34d' };

/** Which of the shades stands for a kind. */
function shade(kind) {
    if (ALARMING.has(kind)) return 'alarming';
    if (WHITE.has(kind)) return 'white';
    return PLATELETS.has(kind) ? 'platelet' : 'red';
}

/** A mark of a kind's shade. */
export function swatch(kind) {
    const mark = document.createElement('span');
    mark.className = `swatch ${shade(kind)}`;
    return mark;
}

/** The layer of cells: a box round each, the chosen one with its kind. */
export function boxes(cells, chosen) {
    return (context, view) => {
        const now = chosen();
        for (const cell of cells()) if (cell !== now) box(context, view, cell, 2);
        if (now) {
            box(context, view, now, 4);
            label(context, view, now);
        }
    };
}

function box(context, view, { center: [x, y], radius, kinds }, width) {
    const { x: left, y: top } = view.toCanvas(x - radius, y - radius);
    const side = 2 * radius * view.place.scale;
    for (const [line, colour] of [[width + 2, '#000000'], [width, SHADES[shade(kinds[0])]]]) {
        context.lineWidth = line;
        context.strokeStyle = colour;
        context.strokeRect(left, top, side, side);
    }
}

function label(context, view, { center: [x, y], radius, kinds }) {
    const { x: left, y: top } = view.toCanvas(x - radius, y - radius);
    const text = kinds.join(', ');
    context.font = '600 13px system-ui, sans-serif';
    const { width } = context.measureText(text);
    context.fillStyle = '#000000';
    context.fillRect(left, top - 23, width + 8, 19);
    context.fillStyle = '#ffffff';
    context.fillText(text, left + 4, top - 9);
}
