import { writeFileSync } from 'node:fs'

// Preloaded into a process that is measured: when it ends, it says what it used.
process.once('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  const file = process.env.BENCH_USAGE
  if (file)
    writeFileSync(file, JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1_024 }))
})
