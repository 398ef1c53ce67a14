// Listening to what happens: server-sent events by fetch, which can send who asks. A stream that breaks off goes on where it was.
import { stream } from './session.js';

const AGAIN_MS = 1000;
const LATER_MS = 15_000;

/**
 * Listens until it is stopped. `load` is called once the stream is open, so that nothing is missed in between; what comes until it is done is
 * told after it. `told` gets the kind of each event and what it says, `state` how the connection is.
 */
export function listen(path, { load, told, state }) {
    const control = new AbortController();
    let last = '';
    let isLoaded = false;
    const waiting = [];
    const tell = (event) => {
        last = event.id;
        if (isLoaded) told(event.kind, event.data);
        else waiting.push(event);
    };
    const loadFirst = async () => {
        if (isLoaded) return;
        await load();
        isLoaded = true;
        for (const event of waiting.splice(0)) told(event.kind, event.data);
    };
    void (async () => {
        while (!control.signal.aborted) {
            let wait = AGAIN_MS;
            try {
                const body = await stream(path, last, control.signal);
                state('live', true);
                await Promise.all([loadFirst(), read(body, tell)]);
            } catch (error) {
                if (control.signal.aborted) return;
                if (error.status === 429) wait = LATER_MS;
                // Who may not listen will not be let in later.
                if (error.status === 403 || error.status === 404) {
                    state(error.message, false);
                    return;
                }
            }
            if (control.signal.aborted) return;
            state('connecting again', false);
            await new Promise((done) => setTimeout(done, wait));
        }
    })();
    return { stop: () => control.abort() };
}

/** Reads a stream to its end. */
async function read(body, tell) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        text += value;
        const blocks = text.split('\n\n');
        text = blocks.pop();
        for (const block of blocks) {
            const field = (name) => block.split('\n').find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
            const [id, kind, data] = [field('id'), field('event'), field('data')];
            if (id && kind && data) tell({ id, kind, data: JSON.parse(data) });
        }
    }
}
