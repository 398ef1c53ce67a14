// What is laid over a picture. Pictures are of all shades: whatever is drawn has a bright line within a dark one.

/** Shades of heat that people with any sight for colours tell apart: from violet over red to yellow. */
const HEAT = [[60, 15, 110], [150, 40, 110], [220, 80, 70], [250, 160, 50], [250, 250, 130]];

/** The grid of a heat map as a picture, a pixel a cell; hotter is less transparent. */
function painted({ columns, rows, values }) {
    const cells = new ImageData(columns, rows);
    values.forEach((percent, i) => {
        const at = (percent / 100) * (HEAT.length - 1);
        const low = Math.min(Math.floor(at), HEAT.length - 2);
        const mixed = HEAT[low].map((shade, plane) => shade + (at - low) * (HEAT[low + 1][plane] - shade));
        cells.data.set([...mixed, 2.55 * percent], 4 * i);
    });
    const canvas = new OffscreenCanvas(columns, rows);
    canvas.getContext('2d').putImageData(cells, 0, 0);
    return canvas;
}

/** The layer of a heat map; `opacity` gives how much of it is seen, from 0 to 1. */
export function heat(heatMap, opacity) {
    const cells = painted(heatMap);
    return (context, { place, sides }) => {
        const alpha = opacity();
        if (alpha === 0) return;
        context.save();
        context.globalAlpha = alpha;
        context.imageSmoothingEnabled = true;
        context.imageSmoothingQuality = 'high';
        context.drawImage(cells, place.x, place.y, place.scale * sides.width, place.scale * sides.height);
        context.restore();
    };
}

function twice(context, draw) {
    for (const [width, shade] of [[5, '#000000'], [2, '#ffffff']]) {
        context.lineWidth = width;
        context.strokeStyle = shade;
        context.beginPath();
        draw();
        context.stroke();
    }
}

function label(context, text, x, y) {
    context.font = '600 13px system-ui, sans-serif';
    const { width } = context.measureText(text);
    context.fillStyle = '#000000';
    context.fillRect(x, y - 16, width + 8, 19);
    context.fillStyle = '#ffffff';
    context.fillText(text, x + 4, y - 2);
}

/** The layer of a finding's region, whose edges are in pixels of a picture with these sides. */
export function region({ left, top, right, bottom }, told, text, isShown) {
    return (context, view) => {
        if (!isShown()) return;
        const by = factor(told, view);
        const [from, to] = [view.toCanvas(left * by.x, top * by.y), view.toCanvas(right * by.x, bottom * by.y)];
        context.save();
        context.setLineDash([8, 4]);
        twice(context, () => context.rect(from.x, from.y, to.x - from.x, to.y - from.y));
        context.restore();
        label(context, text, from.x, from.y - 4);
    };
}

/** The layer of annotations: crosses with their numbers, the chosen one larger. */
export function marks(list, told, chosen, isShown) {
    return (context, view) => {
        if (!isShown()) return;
        const by = factor(told, view);
        list().forEach(({ x, y }, place) => {
            const at = view.toCanvas(x * by.x, y * by.y);
            cross(context, at, place === chosen() ? 14 : 8);
            label(context, String(place + 1), at.x + 8, at.y - 8);
        });
    };
}

/** The layer of the cross that the keyboard moves. */
export function keyboardCross(context, view) {
    if (!view.cross) return;
    const at = view.toCanvas(view.cross.x, view.cross.y);
    cross(context, at, 22);
    twice(context, () => context.arc(at.x, at.y, 12, 0, 2 * Math.PI));
}

function cross(context, { x, y }, half) {
    twice(context, () => {
        context.moveTo(x - half, y);
        context.lineTo(x + half, y);
        context.moveTo(x, y - half);
        context.lineTo(x, y + half);
    });
}

/** By how much the picture that is shown is larger than the one in which places are told. */
function factor(told, { sides }) {
    return told ? { x: sides.width / told.width, y: sides.height / told.height } : { x: 1, y: 1 };
}
