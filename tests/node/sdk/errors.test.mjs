// What goes wrong, and how a caller learns of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { SmartScanPro, client } from './harness.mjs';

const { SmartScanProError } = SmartScanPro;

test('what is not 2xx is thrown with its status and its whole body', async (t) => {
    for (const status of [400, 401, 403, 404, 405, 413, 415, 429, 500, 503]) {
        const body = { success: false, error: `no ${status}`, error_code: 'X', details: { field: 'wrong' } };
        const { client: one } = await client(t, [status, body]);
        const error = await one.getScanResults('invalid-id').catch((error) => error);
        assert.ok(error instanceof SmartScanProError && error instanceof Error);
        assert.deepEqual(
            { name: error.name, message: error.message, status: error.status, details: error.details },
            { name: 'SmartScanProError', message: `no ${status}`, status, details: body },
        );
    }
});

test('a body that is no JSON, or nothing, is told as it is', async (t) => {
    for (const [sent, details, message] of [
        ['<html>Bad Gateway</html>', '<html>Bad Gateway</html>', 'The server answered 502'],
        ['', null, 'The server answered 502'],
        ['[1]', [1], 'The server answered 502'],
        ['null', 'null', 'The server answered 502'],
        ['{"message":"gateway"}', { message: 'gateway' }, 'gateway'],
        ['{"error":{"code":1}}', { error: { code: 1 } }, 'The server answered 502'],
    ]) {
        const { client: one } = await client(t, [502, sent]);
        const expected = { name: 'SmartScanProError', message, status: 502, details };
        await assert.rejects(one.health(), expected, sent);
    }
    const { client: one } = await client(t, [200, '<html>Sign in to the network</html>']);
    await assert.rejects(one.health(), {
        name: 'SmartScanProError',
        status: 200,
        details: '<html>Sign in to the network</html>',
    });
});

test('a caller that is told when to try again, does', async (t) => {
    let calls = 0;
    const { client: one } = await client(t, () => {
        calls += 1;
        const limited = { success: false, error: 'Rate limit exceeded', error_code: 'RATE_LIMIT_EXCEEDED', retryAfter: 0.01 };
        return calls < 3 ? [429, limited] : [200, { success: true, status: 'ok' }];
    });
    const patient = async () => {
        try {
            return await one.health();
        } catch (err) {
            if (err.name !== 'SmartScanProError' || err.status !== 429) throw err;
            const retryAfter = err.details?.retryAfter || 5;
            await new Promise((r) => setTimeout(r, retryAfter * 1000));
            return patient();
        }
    };
    assert.deepEqual([await patient(), calls], [{ success: true, status: 'ok' }, 3]);
});

test('a server that is not there is no answer of it', async () => {
    const nowhere = new SmartScanPro({ baseUrl: 'http://127.0.0.1:1' });
    const error = await nowhere.health().catch((error) => error);
    assert.ok(!(error instanceof SmartScanProError));
    assert.equal(error.name, 'TypeError');
});

test('an answer without a body is none', async (t) => {
    const { client: one } = await client(t, [204, ''], { authToken: 'x' });
    assert.equal(await one.deleteScanResults('1'), null);
});
