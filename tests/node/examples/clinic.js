// A clinic's own server, which holds the API key: node clinic.js. It prints its address and runs until it is ended.
//
// It has pages, passes /api/v1 on as the servers that React apps are made with do, and lends people who are signed in its key.
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const express = require('express');
const multer = require('multer');
const { BASE_URL: baseUrl, SMARTSCANPRO_API_KEY: apiKey, HOME_OF_SDK: home } = process.env;
const SmartScanPro = require(path.join(home, 'smartscanpro-sdk'));

const app = express();
const upload = multer({ limits: { fileSize: 10 * 1024 * 1024 } });
const client = new SmartScanPro({ baseUrl, apiKey });

/** Who asks must be signed in. */
async function signedIn(req, res, next) {
    const token = (req.headers.authorization ?? '').replace('Bearer ', '');
    const asked = new SmartScanPro({ baseUrl, authToken: token });
    try {
        const { user } = await asked.getMe();
        req.user = { ...user, token };
        next();
    } catch (error) {
        res.status(error.status || 500).json({ error: error.message });
    }
}

app.post('/api/proxy/extract', signedIn, upload.single('image'), async (req, res) => {
    try {
        client.setAuthToken(req.user.token);
        const deviceType = req.body.deviceType || 'blood_pressure_monitor';
        res.json(await client.extractMedicalData(req.file.buffer, { deviceType }));
    } catch (error) {
        res.status(error.status || 500).json({ error: error.message });
    }
});

app.post('/api/v1/extract-medical-data', (req, res) => {
    const { host, ...headers } = req.headers;
    const onward = http.request(`${baseUrl}${req.originalUrl}`, { method: req.method, headers }, (answer) => {
        res.writeHead(answer.statusCode, answer.headers);
        answer.pipe(res);
    });
    req.pipe(onward);
});

for (const name of ['react', 'react-dom']) {
    const file = path.join(__dirname, `../node_modules/${name}/umd/${name}.production.min.js`);
    app.get(`/${name}.js`, (_, res) => res.sendFile(file));
}
app.get('/:page.html', (req, res) => {
    const page = path.join(__dirname, `${path.basename(req.params.page)}.html`);
    res.type('html').send(fs.readFileSync(page, 'utf8').replaceAll('BASE_URL', baseUrl).replaceAll('API_KEY', apiKey));
});

const server = app.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
