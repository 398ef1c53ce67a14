// Mouse, pen and fingers on a picture.

/** A press that moves less is a click. */
const STILL = 4;

/**
 * Has a view follow the pointer. `tool` gives what it does (`move`, `window`, `mark`, or `pick`, which moves and marks); `mark` is told the
 * point of the picture that was clicked.
 */
export function follow(view, tool, mark) {
    const { canvas } = view;
    /** Where each finger is. */
    const fingers = new Map();
    let moved = 0;
    const at = ({ clientX, clientY }) => {
        const { left, top } = canvas.getBoundingClientRect();
        return { x: clientX - left - canvas.clientLeft, y: clientY - top - canvas.clientTop };
    };

    canvas.addEventListener('wheel', (event) => {
        event.preventDefault();
        const { x, y } = at(event);
        view.zoomBy(Math.exp(-event.deltaY / 400), x, y);
    }, { passive: false });

    canvas.addEventListener('pointerdown', (event) => {
        if (event.button > 1) return;
        canvas.setPointerCapture(event.pointerId);
        fingers.set(event.pointerId, at(event));
        if (fingers.size === 1) moved = 0;
    });

    canvas.addEventListener('pointermove', (event) => {
        const before = fingers.get(event.pointerId);
        if (!before) return;
        const now = at(event);
        const others = [...fingers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
        fingers.set(event.pointerId, now);
        moved += Math.hypot(now.x - before.x, now.y - before.y);
        if (others.length > 0) pinch(view, before, now, others[0]);
        // The middle button moves the picture with every tool.
        else if (tool() === 'window' && event.buttons !== 4) view.through(dragged(view.window, now.x - before.x, now.y - before.y));
        else if (tool() === 'move' || tool() === 'pick' || event.buttons === 4) view.moveBy(now.x - before.x, now.y - before.y);
    });

    canvas.addEventListener('pointerup', (event) => {
        const place = fingers.get(event.pointerId);
        fingers.delete(event.pointerId);
        const point = place && view.toPicture(place.x, place.y);
        if (place && fingers.size === 0 && moved < STILL && (tool() === 'mark' || tool() === 'pick') && view.holds(point)) mark(point);
    });
    canvas.addEventListener('pointercancel', (event) => fingers.delete(event.pointerId));
}

/** Two fingers: further apart is larger, and the picture goes along. */
function pinch(view, before, now, other) {
    const apart = (one) => Math.max(1, Math.hypot(one.x - other.x, one.y - other.y));
    view.zoomBy(apart(now) / apart(before), (now.x + other.x) / 2, (now.y + other.y) / 2);
    view.moveBy((now.x - before.x) / 2, (now.y - before.y) / 2);
}

/** The window after a drag: to the right it is wider, upwards the picture is brighter. */
function dragged({ level, width }, x, y) {
    return { level: level + y / 2, width: width + x };
}
