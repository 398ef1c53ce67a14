/**
 * Types of smartscanpro-sdk.js. Answers are given as far as they are documented; servers may add to them.
 */
export = SmartScanPro;
export as namespace SmartScanPro;

declare class SmartScanPro {
    constructor(options: SmartScanPro.Options);

    /** Signs in and keeps the token. */
    login(email: string, password: string): Promise<SmartScanPro.SignedIn>;
    /** Opens an account; it does not sign in. */
    register(email: string, password: string, name: string): Promise<SmartScanPro.SignedIn>;
    /** Who is signed in. */
    getMe(): Promise<{ success: true; user: SmartScanPro.User }>;
    /** Whether there is a token. Asks nobody. */
    isAuthenticated(): boolean;
    /** Takes the token that localStorage holds; tells whether it held one. */
    restoreSession(): boolean;
    /** Forgets the token, in memory and in localStorage. */
    logout(): void;
    /** Takes this token for the next requests; without one it is as `logout`. */
    setAuthToken(token: string | null): void;
    /** Takes this API key. For servers: a page would show the key to everybody who opens it. */
    setApiKey(key: string | null): void;

    /** Reads a picture. Needs an API key. */
    extractMedicalData(
        imageData: Blob | ArrayBuffer | ArrayBufferView,
        options?: SmartScanPro.ExtractionOptions,
    ): Promise<{ success: true; data: SmartScanPro.Extraction }>;
    /** The types of devices and documents that can be read. */
    getDeviceTypes(): Promise<{ success: true; device_types: SmartScanPro.DeviceType[]; total: number }>;

    /** Begins a face-scan session. */
    createScanSession(): Promise<{ success: true; session: SmartScanPro.ScanSession }>;
    /** Sends vitals; with `save` false they come back and are not kept. */
    submitScanResults(
        sessionId: string,
        vitals: SmartScanPro.Vitals,
        quality: number,
        save?: boolean,
    ): Promise<{ success: true; saved: boolean; result_id: string | null; results: SmartScanPro.VitalResult[] }>;
    /** Results that were saved. */
    getScanResults(resultId: string): Promise<{ success: true; result: SmartScanPro.ScanResult }>;
    /** Deletes results for good. */
    deleteScanResults(resultId: string): Promise<{ success: true }>;
    /** A session. */
    getScanSession(sessionId: string): Promise<{ success: true; session: SmartScanPro.ScanSession }>;
    /** A session as a FHIR R4 Bundle. */
    getFHIRBundle(sessionId: string): Promise<{ success: true; bundle: SmartScanPro.Bundle }>;
    /** Results as a PDF: a Blob in browsers, a Buffer in Node.js. */
    exportPDF<T extends Blob | Uint8Array = Blob>(resultId: string): Promise<T>;
    /** What traces of a face tell; the session needs its consent. `vitals` and `quality` of the answer can be given to `submitScanResults`. */
    analyzeFaceTraces(
        traces: SmartScanPro.FaceTraces,
        sessionId: string,
    ): Promise<{ success: true; analysis: SmartScanPro.FaceAnalysis }>;

    /** The profile of the patient. */
    getProfile(): Promise<{ success: true; profile: SmartScanPro.PatientProfile }>;
    /** Changes what `data` names of the patient's profile. */
    updateProfile(
        data: Partial<SmartScanPro.PatientProfile>,
    ): Promise<{ success: true; profile: SmartScanPro.PatientProfile }>;
    /** Records what the patient agrees to. */
    recordConsent(
        sessionId: string,
        jurisdiction: string,
        text: string,
    ): Promise<{ success: true; consent: SmartScanPro.Consent }>;
    /** The consent of a session. */
    getConsent(sessionId: string): Promise<{ success: true; consent: SmartScanPro.Consent }>;
    /** Takes the consent back; all that was kept of the session is deleted. */
    deleteConsent(
        sessionId: string,
    ): Promise<{ success: true; deleted: { results: number; observations: number; reports: number } }>;

    /** The values of a vital, the newest first, over a period such as '30d'. */
    getVitalHistory(vital: SmartScanPro.VitalName | 'bmi', period?: string): Promise<SmartScanPro.VitalHistory>;
    /** What has changed since the session before. */
    getDelta(sessionId: string): Promise<SmartScanPro.Delta>;
    /** How unusual the values of a session are. */
    getAnomalies(sessionId: string): Promise<{ success: true; anomalies: SmartScanPro.Anomaly[] }>;
    /** Adds a tag to a session. */
    tagScan(sessionId: string, tag: string): Promise<{ success: true; tags: string[] }>;
    /** The tags of a session. */
    getScanTags(sessionId: string): Promise<{ success: true; tags: string[] }>;

    /** The risk scores that the values of a session allow. */
    getRiskScores(sessionId: string): Promise<{ success: true; riskScores: SmartScanPro.RiskScores }>;
    /** Where a value stands among other people's. */
    getCohortComparison(
        vital: SmartScanPro.VitalName,
        value: number,
    ): Promise<{ success: true; comparison: SmartScanPro.Comparison }>;

    /** Whether the server works. */
    health(): Promise<SmartScanPro.Health>;
}

declare namespace SmartScanPro {
    /** An answer that is not 2xx. */
    class SmartScanProError extends Error {
        constructor(message: string, status: number, details?: unknown);
        readonly name: 'SmartScanProError';
        /** The HTTP status. */
        readonly status: number;
        /** The whole body: usually a Failure, a text where it is not JSON. */
        readonly details: any;
    }

    interface Options {
        /** Where the API is, such as https://api.smartscanpro.ai */
        baseUrl: string;
        /** Key for extraction. */
        apiKey?: string | null;
        /** Token of somebody who is signed in. */
        authToken?: string | null;
        /** Keep the token in localStorage, so that it survives a reload of the page. */
        persistToken?: boolean;
        /** The name of the token in localStorage; 'ssp_token' if it is not said. */
        storageKey?: string;
        /** Called when a 401 has cleared the token. */
        onTokenExpired?: (() => void) | null;
    }

    interface Failure {
        success: false;
        error: string;
        error_code: string;
        details: Record<string, unknown>;
        /** Seconds after which to try again, where that is known. */
        retryAfter?: number;
    }

    interface User {
        id: string;
        email: string;
        name: string;
        role: string;
        plan: string;
    }

    interface SignedIn {
        success: true;
        token: string;
        expires_in: number;
        user: User;
    }

    interface ExtractionOptions {
        /** What the picture shows, if that is known. */
        deviceType?: string;
        /** Refuse a reading that is less sure than this, from 0 to 1. */
        confidenceThreshold?: number;
        /** Whom the reading is of. */
        patient?: string;
    }

    interface Extraction {
        device_type: string;
        confidence: number;
        extracted_data: Record<string, unknown>;
        processing_time_ms: number;
        image_info: { width: number; height: number; format: string; size_bytes: number };
        /** Where values were read: left, top, width and height in pixels of the picture, held upright. */
        regions?: { field: string; box: [number, number, number, number] }[];
    }

    interface DeviceType {
        id: string;
        name: string;
        category: 'device' | 'document';
        fields: string[];
        brands: string[];
    }

    type VitalName =
        | 'heart_rate'
        | 'hrv_sdnn'
        | 'hrv_rmssd'
        | 'breathing_rate'
        | 'spo2'
        | 'systolic_bp'
        | 'diastolic_bp'
        | 'stress_index'
        | 'wellness_score';

    type Vitals = Partial<Record<VitalName, number>>;

    interface VitalResult {
        vital_name: VitalName;
        value: number;
        unit: string;
        display_name: string;
        status: string;
    }

    interface ScanSession {
        id: string;
        status: string;
        created_at: string;
        consent?: unknown;
        result_ids?: string[];
        tags?: string[];
    }

    interface ScanResult {
        id: string;
        session_id: string;
        quality: number;
        results: VitalResult[];
        created_at: string;
    }

    interface Bundle {
        resourceType: 'Bundle';
        type: string;
        entry: { fullUrl?: string; resource: { resourceType: string; id?: string; [element: string]: unknown } }[];
    }

    interface PatientProfile {
        age: number | null;
        biological_sex: 'male' | 'female' | 'other' | null;
        height_cm: number | null;
        weight_kg: number | null;
    }

    interface Consent {
        id: string;
        session_id: string;
        jurisdiction: string;
        consent_text: string;
        recorded_at: string;
    }

    interface VitalHistory {
        success: true;
        vital: VitalName;
        period: string;
        data: { session_id: string; value: number; unit: string; recorded_at: string }[];
    }

    interface Delta {
        success: true;
        session_id: string;
        previous_session_id: string | null;
        deltas: {
            vital_name: VitalName;
            current: number;
            previous: number;
            change: number;
            change_percent: number | null;
            unit: string;
        }[];
    }

    interface Anomaly {
        vitalName: VitalName;
        value: number;
        zScore: number | null;
        isAnomaly: boolean;
        mean: number | null;
        sd: number | null;
        n: number;
    }

    interface RiskScores {
        /** Where `assumed` names inputs, a number is that of a normal profile in them, not the person's own. */
        cardiovascularRisk: { score: number | null; level: string | null; missing?: string[]; assumed?: Assumption[] };
        vascularAge: {
            vascularAge: number | null;
            chronologicalAge: number | null;
            missing?: string[];
            assumed?: Assumption[];
        };
        tenYearRisk: { riskPercent: number | null; model: string | null; missing?: string[] };
    }

    /** An input that was not told, and what stands for it. */
    interface Assumption {
        name: string;
        value: number | boolean;
    }

    interface Comparison {
        vital: VitalName | 'bmi';
        value: number;
        percentile: number;
        cohort: Record<string, unknown>;
        mean: number;
        sd: number;
    }

    /** What `captureFaceTraces` of smartscanpro-capture.mjs makes. */
    interface FaceTraces {
        timestamps_ms: number[];
        regions: { name: string; r: number[]; g: number[]; b: number[] }[];
        fps?: number;
    }

    interface FaceAnalysis {
        vitals: Vitals;
        quality: number;
        refused: { vital: VitalName; reason: string }[];
        [more: string]: unknown;
    }

    interface Health {
        success: true;
        status: string;
        version: string;
        uptime_seconds: number;
        timestamp: string;
    }
}
