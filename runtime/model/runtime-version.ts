/** The release of this runtime; the same as in package.json. */
export const RUNTIME_VERSION = '0.1.0'
