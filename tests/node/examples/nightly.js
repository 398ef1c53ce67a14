// What a service does at night with the SDK in the folder HOME_OF_SDK: it looks back on 90 days, and exports the last session.
const fs = require('node:fs');
const path = require('node:path');
const SmartScanPro = require(path.join(process.env.HOME_OF_SDK, 'smartscanpro-sdk'));

async function report() {
    const client = new SmartScanPro({ baseUrl: process.env.BASE_URL });
    await client.login(process.env.SERVICE_EMAIL, process.env.SERVICE_PASSWORD);
    const history = await client.getVitalHistory('heart_rate', '90d');
    console.log(`${history.data.length} readings`);
    const latest = history.data[0]?.session_id;
    if (latest) {
        const { anomalies } = await client.getAnomalies(latest);
        for (const one of anomalies.filter(({ isAnomaly }) => isAnomaly)) {
            console.log(`unusual: ${one.vitalName} ${one.value}, z above 3: ${one.zScore > 3}`);
        }
    }
    const mean = history.data.reduce((sum, { value }) => sum + value, 0) / history.data.length;
    const { comparison } = await client.getCohortComparison('heart_rate', Math.round(mean));
    console.log(`mean ${Math.round(mean)}, percentile ${comparison.percentile}`);
    if (latest) {
        const { bundle } = await client.getFHIRBundle(latest);
        const file = path.join(process.env.HOME_OF_SDK, `fhir-${latest}.json`);
        fs.writeFileSync(file, JSON.stringify(bundle, null, 2));
        const types = new Set(JSON.parse(fs.readFileSync(file)).entry.map(({ resource }) => resource.resourceType));
        console.log([...types].sort().join(' '));
    }
    client.logout();
    console.log(`signed in: ${client.isAuthenticated()}`);
}

report().catch((error) => {
    console.log(`${error.name} ${error.status}: ${error.message}`);
});
