/** Where the face has to be in a browser that cannot find faces, as parts of the video's width and height. */
export const FACE_GUIDE: Readonly<FaceBox>;

/** A place in a picture. */
export interface FaceBox {
    x: number;
    y: number;
    width: number;
    height: number;
}

/** Mean colours of a region of skin, one of each frame. */
export interface FaceRegion {
    name: string;
    r: number[];
    g: number[];
    b: number[];
}

/** What `analyzeFaceTraces` takes. */
export interface FaceTraces {
    timestamps_ms: number[];
    regions: FaceRegion[];
    fps?: number;
}

/** How far a capture is. */
export interface CaptureProgress {
    /** From 0 to 1. */
    fraction: number;
    elapsed_s: number;
    fps: number;
    face: FaceBox;
}

/** What a capture needs. */
export interface CaptureOptions {
    /** A video that plays: the camera at 25 frames a second or more, in steady light. */
    video: HTMLVideoElement;
    /** How long; 30 if it is not said. */
    seconds?: number;
    /** Told of each frame. */
    onProgress?: (progress: CaptureProgress) => void;
    /** Stops the capture. */
    signal?: AbortSignal;
}

/** Why nothing was captured. */
export class FaceCaptureError extends Error {
    readonly name: 'FaceCaptureError';
    readonly code: 'NO_FACE' | 'SEVERAL_FACES' | 'NO_VIDEO' | 'UNSUPPORTED' | 'ABORTED' | 'STALLED';
    constructor(code: FaceCaptureError['code'], message: string);
}

/** Watches a playing video for some seconds, and returns how the colour of the skin changed. No frame leaves the device. */
export function captureFaceTraces(options: CaptureOptions): Promise<FaceTraces & { fps: number }>;
