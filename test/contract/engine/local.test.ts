import { testEngine } from './suite.ts'

testEngine('local', () => Promise.reject(new Error('processes need no image')))
