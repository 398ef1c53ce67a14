/*!
 * SmartScanPro SDK: every endpoint as a method that returns a promise. No dependencies; browsers, and Node.js 18 or newer.
 *
 *   <script src="https://HOST/js/smartscanpro-sdk.js"></script>     the global SmartScanPro
 *   require('./smartscanpro-sdk')                                   Node.js and bundlers; a default import gives the same
 *   smartscanpro-sdk.mjs                                            for <script type="module">
 *
 * Types: smartscanpro-sdk.d.ts. Licence: Apache-2.0.
 */
(function (root, make) {
    'use strict';
    if (typeof module === 'object' && module !== null && module.exports) module.exports = make();
    else if (typeof define === 'function' && define.amd) define([], make);
    else root.SmartScanPro = make();
})(typeof globalThis === 'object' ? globalThis : self, function () {
    'use strict';

    /** An answer that is not 2xx: `status`, and in `details` the whole body. */
    class SmartScanProError extends Error {
        constructor(message, status, details = null) {
            super(message);
            this.name = 'SmartScanProError';
            this.status = status;
            this.details = details;
        }
    }

    class SmartScanPro {
        // Private, so that neither a log nor JSON.stringify of a client shows a credential.
        #baseUrl;
        #apiKey;
        #token = null;
        #persists;
        #storageKey;
        #onTokenExpired;

        constructor(options = {}) {
            const { baseUrl, apiKey, authToken, persistToken, storageKey, onTokenExpired } = options;
            if (typeof baseUrl !== 'string' || baseUrl === '') {
                throw new TypeError('SmartScanPro needs the option baseUrl, such as https://api.smartscanpro.ai');
            }
            this.#baseUrl = baseUrl.replace(/\/+$/, '');
            this.#apiKey = apiKey || null;
            this.#persists = persistToken === true;
            this.#storageKey = storageKey || 'ssp_token';
            this.#onTokenExpired = typeof onTokenExpired === 'function' ? onTokenExpired : null;
            if (authToken) this.setAuthToken(authToken);
            else if (this.#persists) this.restoreSession();
        }

        // Session

        /** Signs in and keeps the token. */
        async login(email, password) {
            const answer = await this.#json('POST', '/api/auth/login', { body: { email, password } });
            if (answer?.token) this.setAuthToken(answer.token);
            return answer;
        }

        /** Opens an account; it does not sign in. */
        register(email, password, name) {
            return this.#json('POST', '/api/auth/register', { body: { email, password, name } });
        }

        /** Who is signed in. */
        getMe() {
            return this.#signedIn('GET', '/api/auth/me');
        }

        /** Whether there is a token. Asks nobody. */
        isAuthenticated() {
            return this.#token !== null;
        }

        /** Takes the token that localStorage holds; tells whether it held one. */
        restoreSession() {
            const token = stored((storage) => storage.getItem(this.#storageKey));
            if (token) this.#token = token;
            return Boolean(token);
        }

        /** Forgets the token, in memory and in localStorage. */
        logout() {
            this.#token = null;
            stored((storage) => storage.removeItem(this.#storageKey));
        }

        /** Takes this token for the next requests; without one it is as `logout`. */
        setAuthToken(token) {
            if (!token) {
                this.logout();
                return;
            }
            this.#token = String(token);
            if (this.#persists) stored((storage) => storage.setItem(this.#storageKey, this.#token));
        }

        /** Takes this API key. For servers: a page would show the key to everybody who opens it. */
        setApiKey(key) {
            this.#apiKey = key || null;
        }

        // Medical data extraction

        /** Reads a picture: a Buffer, Blob, File, ArrayBuffer or typed array. */
        async extractMedicalData(imageData, options = {}) {
            const { deviceType, confidenceThreshold, patient } = options ?? {};
            const image = asBlob(imageData);
            const form = new FormData();
            form.append('image', image, image.name || 'image');
            const fields = { device_type: deviceType, confidence_threshold: confidenceThreshold, patient };
            for (const [name, value] of Object.entries(fields)) {
                if (value !== undefined && value !== null) form.append(name, String(value));
            }
            return this.#signedIn('POST', '/api/v1/extract-medical-data', { form, withKey: true });
        }

        /** The types of devices and documents that can be read. */
        getDeviceTypes() {
            return this.#json('GET', '/api/device-types', { withKey: true });
        }

        // Face scan

        /** Begins a session. */
        createScanSession() {
            return this.#signedIn('POST', '/api/face-scan/session', { body: {} });
        }

        /** Sends vitals; with `save` false they come back and are not kept. */
        submitScanResults(sessionId, vitals, quality, save) {
            const body = { session_id: sessionId, vitals, quality, save };
            return this.#signedIn('POST', '/api/face-scan/results', { body });
        }

        /** Results that were saved. */
        async getScanResults(resultId) {
            return this.#signedIn('GET', `/api/face-scan/results/${segment(resultId)}`);
        }

        /** Deletes results for good. */
        async deleteScanResults(resultId) {
            return this.#signedIn('DELETE', `/api/face-scan/results/${segment(resultId)}`);
        }

        /** A session. */
        async getScanSession(sessionId) {
            return this.#signedIn('GET', `/api/face-scan/session/${segment(sessionId)}`);
        }

        /** A session as a FHIR R4 Bundle. */
        async getFHIRBundle(sessionId) {
            return this.#signedIn('GET', `/api/face-scan/fhir/${segment(sessionId)}`);
        }

        /** Results as a PDF: a Blob in browsers, a Buffer in Node.js. */
        async exportPDF(resultId) {
            const path = `/api/face-scan/results/${segment(resultId)}/pdf`;
            const response = await this.#send('POST', path, { withToken: true, accept: 'application/pdf' });
            const isNode = typeof window === 'undefined' && typeof Buffer === 'function';
            return isNode ? Buffer.from(await response.arrayBuffer()) : response.blob();
        }

        /**
         * What traces of a face tell, as `captureFaceTraces` makes them; the session needs its consent. `vitals` and `quality` of the answer can be given to
         * `submitScanResults`.
         */
        analyzeFaceTraces(traces, sessionId) {
            const body = { session_id: sessionId, traces };
            return this.#signedIn('POST', '/api/face-scan/analyze', { body });
        }

        // Profile and consent

        /** The profile of the patient. */
        getProfile() {
            return this.#signedIn('GET', '/api/face-scan/profile');
        }

        /** Changes what `data` names of the patient's profile. */
        updateProfile(data) {
            return this.#signedIn('PUT', '/api/face-scan/profile', { body: data });
        }

        /** Records what the patient agrees to. */
        recordConsent(sessionId, jurisdiction, text) {
            const body = { session_id: sessionId, jurisdiction, consent_text: text };
            return this.#signedIn('POST', '/api/face-scan/consent', { body });
        }

        /** The consent of a session. */
        async getConsent(sessionId) {
            return this.#signedIn('GET', `/api/face-scan/consent/${segment(sessionId)}`);
        }

        /** Takes the consent back; all that was kept of the session is deleted. */
        async deleteConsent(sessionId) {
            return this.#signedIn('DELETE', `/api/face-scan/consent/${segment(sessionId)}`);
        }

        // History and trends

        /** The values of a vital, the newest first, over a period such as '30d'. */
        async getVitalHistory(vital, period) {
            return this.#signedIn('GET', `/api/face-scan/history/${segment(vital)}${query({ period })}`);
        }

        /** What has changed since the session before. */
        async getDelta(sessionId) {
            return this.#signedIn('GET', `/api/face-scan/history/delta/${segment(sessionId)}`);
        }

        /** How unusual the values of a session are. */
        async getAnomalies(sessionId) {
            return this.#signedIn('GET', `/api/face-scan/history/anomalies/${segment(sessionId)}`);
        }

        /** Adds a tag to a session. */
        tagScan(sessionId, tag) {
            return this.#signedIn('POST', '/api/face-scan/history/tag', { body: { session_id: sessionId, tag } });
        }

        /** The tags of a session. */
        async getScanTags(sessionId) {
            return this.#signedIn('GET', `/api/face-scan/history/tags/${segment(sessionId)}`);
        }

        // Risk and cohort

        /** The risk scores that the values of a session allow. */
        async getRiskScores(sessionId) {
            return this.#signedIn('GET', `/api/face-scan/risk/${segment(sessionId)}`);
        }

        /** Where a value stands among other people's. */
        async getCohortComparison(vital, value) {
            return this.#signedIn('GET', `/api/face-scan/risk/cohort/${segment(vital)}${query({ value })}`);
        }

        // Utility

        /** Whether the server works. */
        health() {
            return this.#json('GET', '/api/health');
        }

        // The way out

        #signedIn(method, path, options) {
            return this.#json(method, path, { ...options, withToken: true });
        }

        async #json(method, path, options) {
            const response = await this.#send(method, path, options);
            const text = await response.text();
            if (text === '') return null;
            const body = parsed(text);
            if (body === undefined) throw new SmartScanProError('The answer is not JSON', response.status, text);
            return body;
        }

        /** The answer, if it is 2xx. A request that does not arrive is rejected as `fetch` rejects it. */
        async #send(method, path, { body, form, withToken, withKey, accept = 'application/json' } = {}) {
            const headers = { Accept: accept };
            const token = withToken ? this.#token : null;
            if (token) headers.Authorization = `Bearer ${token}`;
            if (withKey && this.#apiKey) headers['X-API-Key'] = this.#apiKey;
            if (body !== undefined) headers['Content-Type'] = 'application/json';
            const response = await fetch(this.#baseUrl + path, {
                method,
                headers,
                body: form ?? (body === undefined ? undefined : JSON.stringify(body)),
                cache: 'no-store',
                credentials: 'omit',
                // fetch would take an API key along to wherever it is sent.
                redirect: 'error',
            });
            if (response.ok) return response;
            const text = await response.text().catch(() => '');
            const details = parsed(text) ?? (text || null);
            // Where the key is at fault, the token may be good.
            const isKey = /API_KEY$/.test(details?.error_code ?? '');
            if (response.status === 401 && token && !isKey) this.#expire(token);
            const said = details?.error ?? details?.message;
            const message = typeof said === 'string' && said ? said : `The server answered ${response.status}`;
            throw new SmartScanProError(message, response.status, details);
        }

        /** Forgets a token that the server does not take any more, unless there is a newer one. */
        #expire(token) {
            stored((storage) => {
                if (storage.getItem(this.#storageKey) === token) storage.removeItem(this.#storageKey);
            });
            if (this.#token !== token) return;
            this.#token = null;
            this.#onTokenExpired?.();
        }
    }

    /** What `use` makes of localStorage; nothing where there is none, or it is closed to the page. */
    function stored(use) {
        try {
            return typeof localStorage === 'undefined' ? null : use(localStorage);
        } catch {
            return null;
        }
    }

    function parsed(text) {
        try {
            return JSON.parse(text);
        } catch {
            return undefined;
        }
    }

    /** A value as one segment of a path. A dot would name another place, nothing would name the list. */
    function segment(value) {
        const text = value === undefined || value === null ? '' : String(value);
        if (['', '.', '..'].includes(text)) throw new TypeError(`"${text}" cannot name what is asked for`);
        return encodeURIComponent(text);
    }

    function query(fields) {
        const given = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
        return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
    }

    function asBlob(data) {
        if (data instanceof Blob) return data;
        if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) return new Blob([data]);
        throw new TypeError('The picture must be a Buffer, Blob, File, ArrayBuffer or typed array');
    }

    SmartScanPro.SmartScanProError = SmartScanProError;
    return SmartScanPro;
});
