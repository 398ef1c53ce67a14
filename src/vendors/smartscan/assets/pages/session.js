// Who is signed in, and the way to the API. The SDK is the page's own: other pages can do what this one does.

/** Where the API is: the folder of this page, whatever the mount. */
const base = new URL('.', location.href).href;

export const client = new SmartScanPro({
    baseUrl: base,
    persistToken: true,
    onTokenExpired: () => location.replace('login.html?expired'),
});

/** Sends a request that the SDK has no method for: projects, keys and usage are the dashboard's alone. */
export async function api(method, path, body) {
    const token = localStorage.getItem('ssp_token');
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
        client.logout();
        location.replace('login.html?expired');
    }
    const said = answer?.error ?? `The server answered ${response.status}`;
    throw new SmartScanPro.SmartScanProError(said, response.status, answer);
}
