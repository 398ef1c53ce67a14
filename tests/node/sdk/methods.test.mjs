// Each method: what it asks for, and what it makes of the answer.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { SmartScanPro, client } from './harness.mjs';

const ID = 'a/b?c';
const AT = 'a%2Fb%3Fc';

/** Method, arguments, request, and its body where it has one. */
const SIGNED_IN = [
    ['getMe', [], 'GET /api/auth/me'],
    ['createScanSession', [], 'POST /api/face-scan/session', {}],
    [
        'submitScanResults',
        [ID, { heart_rate: 74 }, 0.88, false],
        'POST /api/face-scan/results',
        { session_id: ID, vitals: { heart_rate: 74 }, quality: 0.88, save: false },
    ],
    ['getScanResults', [ID], `GET /api/face-scan/results/${AT}`],
    ['deleteScanResults', [ID], `DELETE /api/face-scan/results/${AT}`],
    ['getScanSession', [ID], `GET /api/face-scan/session/${AT}`],
    ['getFHIRBundle', [ID], `GET /api/face-scan/fhir/${AT}`],
    ['exportPDF', [ID], `POST /api/face-scan/results/${AT}/pdf`],
    ['analyzeFaceTraces', [{ timestamps_ms: [], regions: [] }, ID], 'POST /api/face-scan/analyze', {
        session_id: ID,
        traces: { timestamps_ms: [], regions: [] },
    }],
    ['getProfile', [], 'GET /api/face-scan/profile'],
    ['updateProfile', [{ age: 42 }], 'PUT /api/face-scan/profile', { age: 42 }],
    [
        'recordConsent',
        [ID, 'us', 'I consent.'],
        'POST /api/face-scan/consent',
        { session_id: ID, jurisdiction: 'us', consent_text: 'I consent.' },
    ],
    ['getConsent', [ID], `GET /api/face-scan/consent/${AT}`],
    ['deleteConsent', [ID], `DELETE /api/face-scan/consent/${AT}`],
    ['getVitalHistory', ['heart_rate', '30d'], 'GET /api/face-scan/history/heart_rate?period=30d'],
    ['getVitalHistory', ['heart_rate'], 'GET /api/face-scan/history/heart_rate'],
    ['getDelta', [ID], `GET /api/face-scan/history/delta/${AT}`],
    ['getAnomalies', [ID], `GET /api/face-scan/history/anomalies/${AT}`],
    ['tagScan', [ID, 'morning'], 'POST /api/face-scan/history/tag', { session_id: ID, tag: 'morning' }],
    ['getScanTags', [ID], `GET /api/face-scan/history/tags/${AT}`],
    ['getRiskScores', [ID], `GET /api/face-scan/risk/${AT}`],
    ['getCohortComparison', ['heart_rate', 72], 'GET /api/face-scan/risk/cohort/heart_rate?value=72'],
];

test('what would be another address is refused before it is asked for', async (t) => {
    const { client: one, requests } = await client(t);
    for (const wrong of [undefined, null, '', '.', '..']) {
        for (const name of ['getScanResults', 'deleteScanResults', 'deleteConsent', 'getVitalHistory', 'exportPDF']) {
            await assert.rejects(one[name](wrong), TypeError, `${name}(${wrong})`);
        }
    }
    assert.equal(requests.length, 0);
});

test('what is no picture is refused', async (t) => {
    const { client: one, requests } = await client(t);
    for (const wrong of [undefined, null, 'data:image/png;base64,', 1, {}, []]) {
        await assert.rejects(one.extractMedicalData(wrong), { name: 'TypeError', message: /Blob/ });
    }
    assert.equal(requests.length, 0);
});

test('each method asks for what it says, with the token and without the key', async (t) => {
    const { client: one, last } = await client(t, [200, { success: true, is: 'it' }], { authToken: 'token', apiKey: 'dk_1' });
    for (const [name, args, request, body] of SIGNED_IN) {
        const answer = await one[name](...args);
        const { method, path, headers, body: sent } = last();
        assert.equal(`${method} ${path}`, request, name);
        assert.deepEqual([headers.authorization, headers['x-api-key']], ['Bearer token', undefined], name);
        if (name !== 'exportPDF') assert.deepEqual(answer, { success: true, is: 'it' }, name);
        if (body === undefined) assert.equal(sent.length, 0, name);
        else assert.deepEqual([headers['content-type'], JSON.parse(sent)], ['application/json', body], name);
    }
});

test('there are the thirty methods of the document, and one more', () => {
    const named = new Set([
        ...SIGNED_IN.map(([name]) => name),
        ...['login', 'register', 'isAuthenticated', 'restoreSession', 'logout', 'setAuthToken', 'setApiKey'],
        ...['extractMedicalData', 'getDeviceTypes', 'health'],
    ]);
    const all = Object.getOwnPropertyNames(SmartScanPro.prototype).filter((name) => name !== 'constructor');
    assert.deepEqual(new Set(all), named);
    assert.equal(named.size, 31);
});

test('a slash at the end of the base URL is one too many', async (t) => {
    const { baseUrl, last } = await client(t);
    await new SmartScanPro({ baseUrl: `${baseUrl}/smartscan//` }).health();
    assert.equal(last().path, '/smartscan/api/health');
    assert.deepEqual([last().headers.authorization, last().headers['x-api-key']], [undefined, undefined]);
});

test('a picture is sent as a form, with the key', async (t) => {
    const { client: one, last } = await client(t);
    one.setApiKey('dk_1');
    const bytes = Buffer.from([0xff, 0xd8, 0x00, 0x0d, 0x0a]);
    const pictures = [
        bytes,
        new Uint8Array(bytes),
        bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
        new Blob([bytes]),
    ];
    for (const picture of pictures) {
        await one.extractMedicalData(picture, { deviceType: 'blood_pressure_monitor', confidenceThreshold: 0, patient: 'Patient/1' });
        const { method, path, headers, body } = last();
        assert.equal(`${method} ${path}`, 'POST /api/v1/extract-medical-data');
        assert.deepEqual([headers['x-api-key'], headers.authorization], ['dk_1', undefined]);
        const form = await new Response(body, { headers: { 'Content-Type': headers['content-type'] } }).formData();
        assert.deepEqual(Buffer.from(await form.get('image').arrayBuffer()), bytes);
        const fields = ['device_type', 'confidence_threshold', 'patient'].map((name) => form.get(name));
        assert.deepEqual(fields, ['blood_pressure_monitor', '0', 'Patient/1']);
    }
    one.setAuthToken('token');
    await one.extractMedicalData(bytes, null);
    const { headers, body } = last();
    assert.equal(headers.authorization, 'Bearer token');
    const form = await new Response(body, { headers: { 'Content-Type': headers['content-type'] } }).formData();
    assert.deepEqual([...form.keys()], ['image']);
    await one.getDeviceTypes();
    assert.deepEqual([last().path, last().headers['x-api-key']], ['/api/device-types', 'dk_1']);
});

test('a PDF comes as a Buffer, byte by byte', async (t) => {
    const pdf = Buffer.from([0x25, 0x50, 0x44, 0x46, 0x00, 0xff, 0xfe]);
    const { client: one } = await client(t, [200, pdf, { 'Content-Type': 'application/pdf' }], { authToken: 'token' });
    const got = await one.exportPDF('r1');
    assert.ok(Buffer.isBuffer(got));
    assert.deepEqual(got, pdf);
});
