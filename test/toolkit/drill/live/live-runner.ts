import { AwsApi } from '../../../../toolkit/drill/live/aws-api.ts'
import { LiveCarrier, liveJournalOf } from '../../../../toolkit/drill/live/live-carrier.ts'
import { planLive } from '../../../../toolkit/drill/live/run-live.ts'
import { createTranscript } from '../../../../toolkit/drill/run/transcript.ts'
import { seconds } from '../../../../topology/index.ts'
import { liveDrill } from './live-drill.ts'

/**
 * What a drill's process does to a region, without the calls around it, as a process of its own that a test kills.
 * Arguments: what is to be reached, and a folder.
 */
const [reach = '', folder = ''] = process.argv.slice(2)
const { places, port, nameServer } = JSON.parse(reach)
const lease = seconds(6)
const { plan } = await planLive({
  drill: await liveDrill('{ lose: us-east-1 }'),
  ...{ until: '20m', undoRole: 'arn:aws:iam::123456789012:role/undo', lease },
  ...{ cwd: folder, dataDir: folder, reports: folder, command: 'a test' },
  transcript: createTranscript(() => {}, false),
  signal: new AbortController().signal,
  reach: { port, nameServer, resolve: async (name) => places[name] },
})
const { role, until } = plan
const journal = liveJournalOf(folder)
const carrier = new LiveCarrier({ api: new AwsApi(), journal, topology: 'payments', role, until, lease })
for (const aimed of plan.aimed) await carrier.inject(aimed)
// It does not end by itself.
setInterval(() => {}, 1_000)
