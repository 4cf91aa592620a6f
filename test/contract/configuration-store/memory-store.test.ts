import { MemoryStore } from './memory-store.ts'
import { describeConfigurationStore } from './suite.ts'

describeConfigurationStore('memory', async () => ({ store: new MemoryStore(), close: async () => {} }))
