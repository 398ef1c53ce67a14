// A server that notes what it is asked, and answers what a test tells it to.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

export const SmartScanPro = createRequire(import.meta.url)(
    '../../../src/vendors/smartscan/assets/js/smartscanpro-sdk.js',
);

/** Starts a server for one test; `answer` is a status and a body, or a function that makes them of a request. */
export async function serve(test, answer = [200, { success: true }]) {
    const requests = [];
    const server = createServer(async (request, response) => {
        const chunks = await request.toArray();
        const body = Buffer.concat(chunks);
        const asked = { method: request.method, path: request.url, headers: request.headers, body };
        requests.push(asked);
        const [status, sent, headers] = typeof answer === 'function' ? await answer(asked) : answer;
        const isText = typeof sent === 'string' || Buffer.isBuffer(sent);
        response.writeHead(status, headers);
        response.end(isText ? sent : JSON.stringify(sent));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    test.after(() => {
        server.closeAllConnections();
        server.close();
    });
    const baseUrl = `http://127.0.0.1:${server.address().port}`;
    return { baseUrl, requests, last: () => requests.at(-1) };
}

/** A client of it. */
export async function client(test, answer, options = {}) {
    const server = await serve(test, answer);
    return { ...server, client: new SmartScanPro({ baseUrl: server.baseUrl, ...options }) };
}

/** Puts something like the localStorage of a browser there for one test. */
export function localStorageOf(test, items = {}) {
    const kept = new Map(Object.entries(items));
    globalThis.localStorage = {
        getItem: (name) => kept.get(name) ?? null,
        setItem: (name, value) => kept.set(name, String(value)),
        removeItem: (name) => kept.delete(name),
    };
    test.after(() => delete globalThis.localStorage);
    return kept;
}
