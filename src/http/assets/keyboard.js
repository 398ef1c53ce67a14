// The keyboard on a picture: all that the pointer can do.

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * Has a view follow the keyboard. `tool` gives what arrows do, `mark` is told the point of the picture that Enter annotates,
 * `keys` what other keys do.
 */
export function listen(view, tool, mark, keys) {
    const { canvas } = view;
    canvas.addEventListener('keydown', (event) => {
        if (event.ctrlKey || event.altKey || event.metaKey) return;
        if (act(view, event, tool(), mark, keys)) event.preventDefault();
    });
    canvas.addEventListener('blur', () => {
        view.cross = null;
        view.due();
    });
}

/** Whether the key means something here. */
function act(view, event, tool, mark, keys) {
    const arrow = ARROWS[event.key];
    const own = {
        '+': () => view.zoomBy(1.25),
        '=': () => view.zoomBy(1.25),
        '-': () => view.zoomBy(0.8),
        '0': () => view.reset(),
        Escape: () => setCross(view, null),
        ...keys,
    };
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (arrow) arrows[tool](view, arrow, event.shiftKey);
    else if (event.key === 'Enter' && tool === 'mark') mark(view.cross ?? middle(view));
    else if (Object.hasOwn(own, key)) own[key]();
    else return false;
    return true;
}

const arrows = {
    // The picture goes the other way, as a page does that is scrolled.
    move: (view, [x, y], isFine) => view.moveBy(-x * (isFine ? 5 : 40), -y * (isFine ? 5 : 40)),
    window: (view, [x, y], isFine) => {
        const { level, width } = view.window;
        const step = isFine ? 1 : 8;
        view.through({ level: level + step * y, width: width + step * x });
    },
    mark: (view, [x, y], isFine) => {
        const { width, height } = view.sides;
        const step = isFine ? 1 : Math.max(1, Math.round(Math.min(width, height) / 40));
        const from = view.cross ?? middle(view);
        const held = (value, side) => Math.min(side - 1, Math.max(0, value));
        setCross(view, { x: held(from.x + step * x, width), y: held(from.y + step * y, height) });
    },
};

/** The middle of what is seen of the picture. */
function middle(view) {
    const { x, y } = view.toPicture(view.canvas.clientWidth / 2, view.canvas.clientHeight / 2);
    const { width, height } = view.sides;
    return { x: Math.round(Math.min(width - 1, Math.max(0, x))), y: Math.round(Math.min(height - 1, Math.max(0, y))) };
}

// Whoever picks by the keyboard goes from one to the next by other keys.
arrows.pick = arrows.move;

function setCross(view, cross) {
    view.cross = cross;
    view.due();
}
