// A picture on a canvas: zoomed, moved, and shown through a window of its brightness. Layers are drawn over it.

/** So much larger or smaller than a pixel of the screen a pixel of the picture may be. */
const MOST = 32;
const LEAST = 0.02;
/** The window that shows the picture as it came: its middle and how wide it is, of brightness from 0 to 255. */
export const PLAIN = { level: 127.5, width: 255 };

export class View {
    /** @param {HTMLCanvasElement} canvas */
    constructor(canvas) {
        this.canvas = canvas;
        /** What is drawn over the picture, in this order: functions of the context and this view. */
        this.layers = [];
        /** Told after each change of place, size or window. */
        this.changed = () => {};
        this.image = null;
        this.place = { scale: 1, x: 0, y: 0 };
        this.window = { ...PLAIN };
        /** Where a mark would be set by the keyboard, in pixels of the picture; none while nobody does. */
        this.cross = null;
        this.isDue = false;
        /** That it changes because the window does, which each view follows by itself. */
        this.isResized = false;
        new ResizeObserver(() => this.resized()).observe(canvas);
    }

    /** Loads a picture, and shows all of it if it is wanted then; whether it was. */
    async load(address, isWanted = () => true) {
        const image = new Image();
        image.decoding = 'async';
        image.src = address;
        try {
            await image.decode();
        } catch {
            throw new Error('The picture cannot be shown.');
        }
        if (!isWanted()) return false;
        this.image = image;
        this.shown = image;
        this.pixels = null;
        this.reset();
        return true;
    }

    get sides() {
        return { width: this.image.naturalWidth, height: this.image.naturalHeight };
    }

    /** Shows the whole picture as it came. */
    reset() {
        this.window = { ...PLAIN };
        this.level();
        this.fit();
    }

    /** Shows the whole picture. */
    fit() {
        if (!this.image) return;
        const { width, height } = this.sides;
        const { clientWidth, clientHeight } = this.canvas;
        const scale = Math.min(clientWidth / width, clientHeight / height);
        this.put({ scale, x: (clientWidth - scale * width) / 2, y: (clientHeight - scale * height) / 2 });
    }

    /** Puts the picture there: its upper left corner, and how large a pixel of it is. */
    put(place) {
        this.place = place;
        this.due();
        this.changed(this);
    }

    moveBy(x, y) {
        this.put({ ...this.place, x: this.place.x + x, y: this.place.y + y });
    }

    /** Makes the picture larger by a factor, around a point of the canvas (its middle, where none is named). */
    zoomBy(factor, x = this.canvas.clientWidth / 2, y = this.canvas.clientHeight / 2) {
        const scale = Math.min(MOST, Math.max(LEAST, this.place.scale * factor));
        const by = scale / this.place.scale;
        this.put({ scale, x: x - by * (x - this.place.x), y: y - by * (y - this.place.y) });
    }

    /** Moves the picture so that a point of it is in the middle. */
    centre({ x, y }) {
        const { scale } = this.place;
        this.put({ scale, x: this.canvas.clientWidth / 2 - scale * x, y: this.canvas.clientHeight / 2 - scale * y });
    }

    /** The point of the picture that is at a point of the canvas. */
    toPicture(x, y) {
        return { x: (x - this.place.x) / this.place.scale, y: (y - this.place.y) / this.place.scale };
    }

    /** The point of the canvas at which a point of the picture is. */
    toCanvas(x, y) {
        return { x: this.place.x + this.place.scale * x, y: this.place.y + this.place.scale * y };
    }

    /** Whether a point is in the picture. */
    holds({ x, y }) {
        return Boolean(this.image) && x >= 0 && y >= 0 && x < this.sides.width && y < this.sides.height;
    }

    /** Shows brightness through this window: what is darker than it is black, what is brighter is white. */
    through({ level, width }) {
        this.window = { level: Math.min(255, Math.max(0, level)), width: Math.min(510, Math.max(1, width)) };
        this.isLevelDue = true;
        this.due();
        this.changed(this);
    }

    /** Makes the picture as it is seen through the window. */
    level() {
        this.isLevelDue = false;
        const { level, width } = this.window;
        if (!this.image || (level === PLAIN.level && width === PLAIN.width)) {
            this.shown = this.image;
            return;
        }
        const sides = this.sides;
        if (!this.pixels) {
            const plain = new OffscreenCanvas(sides.width, sides.height).getContext('2d', { willReadFrequently: true });
            plain.drawImage(this.image, 0, 0);
            this.pixels = plain.getImageData(0, 0, sides.width, sides.height).data;
            this.levelled = new OffscreenCanvas(sides.width, sides.height);
        }
        // As a table: there are 256 degrees, whatever the number of pixels. Values beyond the ends are held there by the array.
        const table = Uint8ClampedArray.from({ length: 256 }, (_, value) => (255 * (value - level + width / 2)) / width);
        const through = new ImageData(sides.width, sides.height);
        for (let i = 0; i < this.pixels.length; i += 4) {
            through.data[i] = table[this.pixels[i]];
            through.data[i + 1] = table[this.pixels[i + 1]];
            through.data[i + 2] = table[this.pixels[i + 2]];
            through.data[i + 3] = this.pixels[i + 3];
        }
        this.levelled.getContext('2d').putImageData(through, 0, 0);
        this.shown = this.levelled;
    }

    /** What was in the middle stays there, and as much of the picture is seen as before. */
    resized() {
        const { clientWidth, clientHeight } = this.canvas;
        const [before, now] = [this.size, { clientWidth, clientHeight }];
        this.size = now;
        if (!this.image || clientWidth === 0) return;
        this.isResized = true;
        if (before?.clientWidth > 0) {
            const { width, height } = this.sides;
            const whole = (size) => Math.min(size.clientWidth / width, size.clientHeight / height);
            const middle = this.toPicture(before.clientWidth / 2, before.clientHeight / 2);
            this.place.scale *= whole(now) / whole(before);
            this.centre(middle);
        } else this.fit();
        this.isResized = false;
    }

    /** Has it drawn with the next frame, once, however much changes until then. */
    due() {
        if (this.isDue) return;
        this.isDue = true;
        requestAnimationFrame(() => {
            this.isDue = false;
            if (this.isLevelDue) this.level();
            this.draw();
        });
    }

    draw() {
        const { canvas, place } = this;
        const dots = globalThis.devicePixelRatio || 1;
        const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((side) => Math.round(side * dots));
        if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
        const context = canvas.getContext('2d');
        context.setTransform(dots, 0, 0, dots, 0, 0);
        context.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
        if (!this.image) return;
        // Single pixels are shown as such.
        context.imageSmoothingEnabled = place.scale < 2;
        const { width: wide, height: high } = this.sides;
        context.drawImage(this.shown, place.x, place.y, place.scale * wide, place.scale * high);
        for (const layer of this.layers) layer(context, this);
    }
}
