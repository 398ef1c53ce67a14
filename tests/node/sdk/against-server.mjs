// Uses the SDK, as it was downloaded into the folder of the first argument, against the server of BASE_URL.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [home] = process.argv.slice(2);
const { BASE_URL: baseUrl, SMARTSCANPRO_API_KEY: apiKey, SERVICE_EMAIL: email, SERVICE_PASSWORD: password } = process.env;

const SmartScanPro = createRequire(`${home}/`)('./smartscanpro-sdk');
const module = await import(pathToFileURL(`${home}/smartscanpro-sdk.mjs`).href);
assert.equal(new module.default({ baseUrl }).isAuthenticated(), false);
const error = await new module.default({ baseUrl }).getMe().catch((error) => error);
assert.ok(error instanceof module.SmartScanProError);
assert.deepEqual([error.status, error.details.error_code], [401, 'MISSING_TOKEN']);

// Without a key, with a wrong one, and with the project's.
const picture = await readFile(process.env.PICTURE);
const server = new SmartScanPro({ baseUrl });
const refused = (code) => (error) => error.name === 'SmartScanProError' && error.details.error_code === code;
await assert.rejects(server.extractMedicalData(picture), refused('MISSING_API_KEY'));
server.setApiKey('dk_wrong');
await assert.rejects(server.extractMedicalData(picture), refused('INVALID_API_KEY'));
server.setApiKey(apiKey);
await assert.rejects(server.extractMedicalData(Buffer.from('GIF')), refused('INVALID_IMAGE_FORMAT'));
await assert.rejects(server.extractMedicalData(picture, { deviceType: 'toaster' }), refused('INVALID_DEVICE_TYPE'));
await assert.rejects(server.extractMedicalData(picture, { confidenceThreshold: 2 }), { status: 400 });
const { data } = await server.extractMedicalData(picture, { deviceType: 'blood_pressure_monitor', confidenceThreshold: 0 });
assert.equal(data.device_type, 'blood-pressure');
assert.deepEqual([data.extracted_data.systolic, data.extracted_data.diastolic], [118, 76]);

// A person, signed in beside the key as in the document's proxy.
let expired = 0;
const person = new SmartScanPro({ baseUrl, apiKey, onTokenExpired: () => (expired += 1) });
await assert.rejects(person.login(email, 'wrong horse battery'), { status: 401 });
assert.deepEqual([person.isAuthenticated(), expired], [false, 0]);
const signedIn = await person.login(email, password);
assert.equal((await person.getMe()).user.email, email);
assert.equal((await person.extractMedicalData(new Blob([picture]))).success, true);
person.setAuthToken(`${signedIn.token}x`);
await assert.rejects(person.getMe(), { status: 401 });
assert.deepEqual([person.isAuthenticated(), expired], [false, 1]);

assert.equal((await person.getDeviceTypes()).total, 15);
assert.equal((await person.health()).status, 'ok');
console.log('all is well');
