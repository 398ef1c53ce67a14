// A picture is sent by the packages form-data and node-fetch, as a stream: node extractor.js PICTURE [DEVICE_TYPE]
const fs = require('node:fs');
const FormData = require('form-data');
const fetch = require('node-fetch');

async function extract(picture, deviceType = null) {
    const form = new FormData();
    form.append('image', fs.createReadStream(picture));
    if (deviceType) form.append('device_type', deviceType);
    const response = await fetch(`${process.env.BASE_URL}/v1/extract-medical-data`, {
        method: 'POST',
        headers: { 'X-API-Key': process.env.SMARTSCANPRO_API_KEY, ...form.getHeaders() },
        body: form,
    });
    const result = await response.json();
    if (result.success) return result.data;
    console.log(`refused: ${result.error}`);
    return null;
}

const [picture, deviceType] = process.argv.slice(2);
extract(picture, deviceType).then((data) => {
    if (!data) return;
    const { systolic, diastolic, pulse } = data.extracted_data;
    console.log(`${data.device_type}: ${systolic}/${diastolic} mmHg, ${pulse} bpm`);
});
