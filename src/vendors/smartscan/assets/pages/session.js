// Who is signed in, and the way to the API. The SDK is the page's own: other pages can do what this one does.

/** The SDK's name for the token in localStorage. */
const TOKEN = 'ssp_token';

/** Where the API is: the folder of this page, whatever the mount. */
const base = new URL('.', location.href).href;

/** Leaves the page, but not while it shows what is shown once. */
function leave(go) {
    const dialog = document.querySelector('dialog[open]');
    if (dialog) dialog.addEventListener('close', go, { once: true });
    else go();
}

const expired = () => leave(() => location.replace('login.html?expired'));

export const client = new SmartScanPro({ baseUrl: base, persistToken: true, onTokenExpired: expired });

/** The token that the client has: whoever signs in in another window is not who is shown in this one. */
const token = localStorage.getItem(TOKEN);

addEventListener('storage', ({ key, newValue }) => {
    // All was cleared, or another token, or none, is there.
    const isOther = key === null || (key === TOKEN && newValue !== token);
    if (token !== null && isOther) leave(() => location.reload());
});

/** Sends a request that the SDK has no method for: projects, keys and usage are the dashboard's alone. */
export async function api(method, path, body) {
    const response = await fetch(new URL(path, base), {
        method,
        headers: { Authorization: `Bearer ${token}`, ...(body && { 'Content-Type': 'application/json' }) },
        body: body && JSON.stringify(body),
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'error',
    });
    const answer = await response.json().catch(() => null);
    if (response.ok) return answer;
    if (response.status === 401) {
        // The session of another window has not ended.
        if (localStorage.getItem(TOKEN) === token) client.logout();
        expired();
    }
    const said = answer?.error ?? `The server answered ${response.status}`;
    throw new SmartScanPro.SmartScanProError(said, response.status, answer);
}
