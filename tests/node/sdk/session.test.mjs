// Who calls: tokens, keys, and what a 401 does.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { SmartScanPro, client, localStorageOf, serve } from './harness.mjs';

const UNAUTHORIZED = [401, { success: false, error: 'The token is invalid or expired', error_code: 'INVALID_TOKEN', details: {} }];

test('a client without a base URL is refused', () => {
    for (const options of [undefined, {}, { baseUrl: '' }, { baseUrl: null }, { baseUrl: 1 }]) {
        assert.throws(() => new SmartScanPro(options), { name: 'TypeError', message: /baseUrl/ });
    }
    assert.throws(() => SmartScanPro({ baseUrl: 'http://x' }), TypeError);
});

test('a failed sign-in leaves nobody signed in and calls nobody', async (t) => {
    let expired = 0;
    const wrong = [401, { success: false, error: 'Invalid email or password', error_code: 'INVALID_CREDENTIALS', details: {} }];
    const { client: anonymous } = await client(t, wrong, { onTokenExpired: () => (expired += 1) });
    await assert.rejects(anonymous.login('a@example.org', 'wrong'), {
        name: 'SmartScanProError',
        message: 'Invalid email or password',
        status: 401,
        details: wrong[1],
    });
    assert.deepEqual([anonymous.isAuthenticated(), expired], [false, 0]);

    // Somebody who signs in anew and mistypes stays who he was: his token was not what was refused.
    anonymous.setAuthToken('good');
    await assert.rejects(anonymous.login('a@example.org', 'wrong'), { status: 401 });
    assert.deepEqual([anonymous.isAuthenticated(), expired], [true, 0]);
});

test('a 401 clears the token everywhere and is told once', async (t) => {
    const kept = localStorageOf(t, { ssp_token: 'old' });
    let expired = 0;
    const { client: restored, last } = await client(t, UNAUTHORIZED, {
        persistToken: true,
        onTokenExpired: () => (expired += 1),
    });
    assert.equal(restored.isAuthenticated(), true);
    await assert.rejects(restored.getMe(), { name: 'SmartScanProError', status: 401 });
    assert.equal(last().headers.authorization, 'Bearer old');
    assert.deepEqual([restored.isAuthenticated(), kept.size, expired], [false, 0, 1]);
    await assert.rejects(restored.getMe(), { status: 401 });
    assert.equal(last().headers.authorization, undefined);
    assert.equal(expired, 1);
});

test('a 401 of an older token takes no newer one away', async (t) => {
    const kept = localStorageOf(t);
    let expired = 0;
    let answerMe;
    const asked = new Promise((resolve) => (answerMe = resolve));
    const { client: two, requests } = await client(t, async () => (await asked, UNAUTHORIZED), {
        persistToken: true,
        authToken: 'old',
        onTokenExpired: () => (expired += 1),
    });
    const refused = assert.rejects(two.getMe(), { status: 401 });
    while (requests.length === 0) await new Promise(setImmediate);
    two.setAuthToken('new');
    answerMe();
    await refused;
    assert.deepEqual([two.isAuthenticated(), kept.get('ssp_token'), expired], [true, 'new', 0]);
});

test('a refused API key says nothing about the token', async (t) => {
    const refused = [401, { success: false, error: 'API key is invalid or expired', error_code: 'INVALID_API_KEY', details: {} }];
    let expired = 0;
    const { client: both, last } = await client(t, refused, {
        apiKey: 'dk_1',
        authToken: 'token',
        onTokenExpired: () => (expired += 1),
    });
    await assert.rejects(both.extractMedicalData(Buffer.from('x')), { status: 401 });
    assert.deepEqual([last().headers['x-api-key'], last().headers.authorization], ['dk_1', 'Bearer token']);
    assert.deepEqual([both.isAuthenticated(), expired], [true, 0]);
});

test('a token is kept in memory, unless it is to outlive the page', async (t) => {
    const kept = localStorageOf(t);
    const answer = [200, { success: true, token: 'a.b.c', expires_in: 3600, user: {} }];
    const { client: forgetful, baseUrl, last } = await client(t, answer);
    assert.equal((await forgetful.login('a@example.org', 'secret')).token, 'a.b.c');
    assert.deepEqual(JSON.parse(last().body), { email: 'a@example.org', password: 'secret' });
    assert.deepEqual([forgetful.isAuthenticated(), kept.size], [true, 0]);

    const faithful = new SmartScanPro({ baseUrl, persistToken: true, storageKey: 'mine' });
    assert.equal(faithful.isAuthenticated(), false);
    await faithful.login('a@example.org', 'secret');
    assert.deepEqual([...kept], [['mine', 'a.b.c']]);
    const reloaded = new SmartScanPro({ baseUrl, persistToken: true, storageKey: 'mine' });
    assert.equal(reloaded.isAuthenticated(), true);
    assert.equal(forgetful.restoreSession(), false);
    reloaded.logout();
    assert.deepEqual([reloaded.isAuthenticated(), kept.size], [false, 0]);
});

test('a session is restored by hand', async (t) => {
    localStorageOf(t, { ssp_token: 'kept' });
    const { client: other, last } = await client(t);
    assert.deepEqual([other.isAuthenticated(), other.restoreSession(), other.isAuthenticated()], [false, true, true]);
    await other.getMe();
    assert.equal(last().headers.authorization, 'Bearer kept');
    other.setAuthToken(null);
    assert.deepEqual([other.isAuthenticated(), localStorage.getItem('ssp_token')], [false, null]);
});

test('a storage that is closed to the page is none', async (t) => {
    Object.defineProperty(globalThis, 'localStorage', {
        configurable: true,
        get: () => {
            throw new Error('SecurityError');
        },
    });
    t.after(() => delete globalThis.localStorage);
    const { client: shut } = await client(t, [200, { success: true, token: 'x' }], { persistToken: true });
    await shut.login('a@example.org', 'secret');
    assert.equal(shut.isAuthenticated(), true);
    assert.equal(shut.restoreSession(), false);
    shut.logout();
    assert.equal(shut.isAuthenticated(), false);
});

test('opening an account signs nobody in', async (t) => {
    const { client: one, last } = await client(t, [201, { success: true, token: 'x' }]);
    await one.register('a@example.org', 'secret', 'Alice');
    assert.deepEqual(JSON.parse(last().body), { email: 'a@example.org', password: 'secret', name: 'Alice' });
    assert.equal(one.isAuthenticated(), false);
});

test('no print of a client shows a credential', async () => {
    const { inspect } = await import('node:util');
    const one = new SmartScanPro({ baseUrl: 'http://x', apiKey: 'dk_secret', authToken: 'secret' });
    assert.equal(JSON.stringify(one), '{}');
    assert.ok(!inspect(one, { depth: 9, showHidden: true }).includes('secret'));
});

test('a redirect is not followed, so that a key goes nowhere else', async (t) => {
    const thief = await serve(t);
    const moved = [307, '', { Location: `${thief.baseUrl}/api/v1/extract-medical-data` }];
    const { client: one } = await client(t, moved, { apiKey: 'dk_1' });
    await assert.rejects(one.extractMedicalData(Buffer.from('x')), { name: 'TypeError' });
    assert.equal(thief.requests.length, 0);
});
