export { defaultMirror, type Installed, installProvider } from './install.ts'
