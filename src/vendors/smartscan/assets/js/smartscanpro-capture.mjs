/*!
 * Face capture for SmartScanPro: how the colour of the skin changes in a video, for `client.analyzeFaceTraces(traces, sessionId)`.
 *
 *   const { captureFaceTraces } = await import('https://HOST/js/smartscanpro-capture.mjs');
 *   const traces = await captureFaceTraces({ video, seconds: 30, onProgress: ({ fraction }) => { ... } });
 *
 * Only mean colours leave this function, no frame does. Browsers only. Licence: Apache-2.0.
 */

/**
 * Where the face has to be in a browser that cannot find faces: parts of the video's width and height, for a page to draw an oval.
 */
export const FACE_GUIDE = Object.freeze({ x: 0.32, y: 0.14, width: 0.36, height: 0.72 });

/** Skin with little hair and little movement, as parts of the face's box. */
const REGIONS = [
    { name: 'forehead', x: 0.3, y: 0.1, width: 0.4, height: 0.14 },
    { name: 'left_cheek', x: 0.16, y: 0.52, width: 0.22, height: 0.2 },
    { name: 'right_cheek', x: 0.62, y: 0.52, width: 0.22, height: 0.2 },
];

/** So many pixels a side are looked at of a region: more cost time and change the mean little. */
const SIDE = 24;
/** A video that shows nothing new for so long has ended, or its camera is gone. */
const STALL_MS = 3000;
const DETECTION_EVERY_MS = 500;
/** After so many detections in a row without exactly one face there is no trace of one person any more. */
const MISSES = 4;
/** A face that has moved by less than this part of its width is where it was: moving the regions disturbs the trace. */
const STILL = 0.08;

/** Why nothing was captured; `code` is NO_FACE, SEVERAL_FACES, NO_VIDEO, UNSUPPORTED, ABORTED or STALLED. */
export class FaceCaptureError extends Error {
    constructor(code, message) {
        super(message);
        this.name = 'FaceCaptureError';
        this.code = code;
    }
}

/**
 * Watches a playing video for some seconds.
 *
 * @param {object} options
 * @param {HTMLVideoElement} options.video a video that plays: the camera at 25 frames a second or more, in steady light
 * @param {number} [options.seconds] how long
 * @param {function} [options.onProgress] told of each frame: `{ fraction, elapsed_s, fps, face }`
 * @param {AbortSignal} [options.signal] stops the capture
 */
export async function captureFaceTraces({ video, seconds = 30, onProgress, signal }) {
    if (!(seconds > 0)) throw new TypeError('seconds must be a number above zero');
    if (!video?.videoWidth) throw new FaceCaptureError('NO_VIDEO', 'The video does not play');
    if (!video.requestVideoFrameCallback) throw new FaceCaptureError('UNSUPPORTED', 'This browser does not tell of frames');
    const face = await Face.find(video);
    const regions = REGIONS.map((region) => new Region(region));
    const shown = [];
    const inVideo = [];
    for await (const { now, mediaTime } of frames(video, signal)) {
        face.refuseIfLost();
        const elapsed_ms = now - (shown[0] ?? now);
        if (elapsed_ms > seconds * 1000) break;
        shown.push(now);
        inVideo.push(mediaTime * 1000);
        regions.forEach((region) => region.sample(video, face.box));
        face.follow(now);
        const fraction = elapsed_ms / (seconds * 1000);
        onProgress?.({ fraction, elapsed_s: elapsed_ms / 1000, fps: rate(shown), face: face.box });
    }
    // The video's own times have no jitter of the screen in them, but not every source has such times.
    const isClock = inVideo.every((at, i) => i === 0 || at > inVideo[i - 1]);
    const times = isClock ? inVideo : shown;
    return {
        timestamps_ms: times.map((at) => round(at - times[0])),
        regions: regions.map(({ name, r, g, b }) => ({ name, r, g, b })),
        fps: round(rate(times)),
    };
}

/** Yields each new frame's times: `now` when it was shown, `mediaTime` of the video in seconds. */
async function* frames(video, signal) {
    for (;;) {
        if (signal?.aborted) throw new FaceCaptureError('ABORTED', 'The capture was stopped');
        const next = new Promise((found) => {
            video.requestVideoFrameCallback((now, { mediaTime }) => found({ now, mediaTime }));
        });
        yield await inTime(next, signal);
    }
}

function inTime(frame, signal) {
    return new Promise((found, failed) => {
        const stop = () => failed(new FaceCaptureError('ABORTED', 'The capture was stopped'));
        const stall = () => failed(new FaceCaptureError('STALLED', 'The video has stopped'));
        const timer = setTimeout(stall, STALL_MS);
        signal?.addEventListener('abort', stop, { once: true });
        frame.then(found, failed).finally(() => {
            clearTimeout(timer);
            signal?.removeEventListener('abort', stop);
        });
    });
}

/** Where the face is: found by the browser, or in the guide. */
class Face {
    #video;
    #detector;
    #misses = [];
    #asked = -Infinity;
    #isAsking = false;

    constructor(video, detector, box) {
        this.#video = video;
        this.#detector = detector;
        this.box = box;
    }

    static async find(video) {
        const { videoWidth, videoHeight } = video;
        const guide = {
            x: FACE_GUIDE.x * videoWidth,
            y: FACE_GUIDE.y * videoHeight,
            width: FACE_GUIDE.width * videoWidth,
            height: FACE_GUIDE.height * videoHeight,
        };
        if (typeof FaceDetector === 'undefined') return new Face(video, null, guide);
        const detector = new FaceDetector({ maxDetectedFaces: 2, fastMode: true });
        try {
            const found = await detector.detect(video);
            if (found.length !== 1) throw unlike(found.length);
            return new Face(video, detector, found[0].boundingBox);
        } catch (error) {
            if (error instanceof FaceCaptureError) throw error;
            // The interface is there on systems that have no detector behind it.
            return new Face(video, null, guide);
        }
    }

    /** Looks for the face again, beside the sampling, which does not wait. */
    follow(at) {
        if (!this.#detector || this.#isAsking || at - this.#asked < DETECTION_EVERY_MS) return;
        this.#asked = at;
        this.#isAsking = true;
        this.#detector
            .detect(this.#video)
            .then((found) => this.#saw(found))
            .catch(() => {})
            .finally(() => {
                this.#isAsking = false;
            });
    }

    #saw(found) {
        if (found.length !== 1) {
            this.#misses.push(found.length);
            return;
        }
        this.#misses = [];
        const { x, y, width, height } = found[0].boundingBox;
        const moved = Math.max(Math.abs(x - this.box.x), Math.abs(y - this.box.y), Math.abs(width - this.box.width));
        if (moved > STILL * this.box.width) this.box = { x, y, width, height };
    }

    refuseIfLost() {
        if (this.#misses.length >= MISSES) throw unlike(this.#misses.at(-1));
    }
}

function unlike(faces) {
    return faces === 0
        ? new FaceCaptureError('NO_FACE', 'There is no face in the video')
        : new FaceCaptureError('SEVERAL_FACES', 'There is more than one face in the video');
}

/** One region's mean colours. */
class Region {
    r = [];
    g = [];
    b = [];
    #part;
    #context;

    constructor({ name, ...part }) {
        this.name = name;
        this.#part = part;
        const canvas = document.createElement('canvas');
        canvas.width = SIDE;
        canvas.height = SIDE;
        // Kept in memory: each frame is read back.
        this.#context = canvas.getContext('2d', { willReadFrequently: true });
        this.#context.imageSmoothingQuality = 'medium';
    }

    sample(video, face) {
        const { x, y, width, height } = this.#part;
        const from = [face.x + x * face.width, face.y + y * face.height, width * face.width, height * face.height];
        this.#context.drawImage(video, ...from, 0, 0, SIDE, SIDE);
        const { data } = this.#context.getImageData(0, 0, SIDE, SIDE);
        const sum = [0, 0, 0];
        for (let at = 0; at < data.length; at += 4) {
            for (let colour = 0; colour < 3; colour += 1) sum[colour] += data[at + colour];
        }
        const [r, g, b] = sum.map((total) => round(total / (SIDE * SIDE)));
        this.r.push(r);
        this.g.push(g);
        this.b.push(b);
    }
}

/** Frames a second, of when they were shown. */
function rate(timestamps) {
    const length_ms = timestamps.length > 1 ? timestamps.at(-1) - timestamps[0] : 0;
    return length_ms > 0 ? ((timestamps.length - 1) * 1000) / length_ms : 0;
}

/** Three digits: what is beyond is noise of the camera. */
function round(value) {
    return Math.round(value * 1000) / 1000;
}
