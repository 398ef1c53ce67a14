/** Types of smartscanpro-sdk.mjs. */
import SmartScanPro from './smartscanpro-sdk.js';

export default SmartScanPro;
export declare const SmartScanProError: typeof SmartScanPro.SmartScanProError;
