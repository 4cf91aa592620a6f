import { planLive } from '../../../../toolkit/drill/live/run-live.ts'
import { createTranscript } from '../../../../toolkit/drill/run/transcript.ts'
import { seconds } from '../../../../topology/index.ts'
import { liveDrill } from './live-drill.ts'

/** A live drill as a process of its own, for a test that kills it. Arguments: what is to be reached, and a folder. */
const [reach = '', folder = ''] = process.argv.slice(2)
const { places, port, nameServer } = JSON.parse(reach)
const planned = await planLive({
  drill: await liveDrill('{ lose: us-east-1 }'),
  ...{ until: '20m', undoRole: 'arn:aws:iam::123456789012:role/undo', lease: seconds(6) },
  ...{ cwd: folder, dataDir: folder, reports: folder, command: 'a test' },
  transcript: createTranscript(() => {}, false),
  signal: new AbortController().signal,
  reach: { port, nameServer, resolve: async (name) => places[name] },
})
await planned.run()
