/**
 * Comes before a program's own modules (`node --import`): upon SIGUSR2 the wall clock that the program sees jumps by
 * the milliseconds in `CLOCK_JUMP`. The monotonic clock and timers go on as they did.
 */
const RealDate = Date
const realNow = Date.now
const jump = Number(process.env.CLOCK_JUMP)
let offset = 0

RealDate.now = () => realNow() + offset
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length > 0 ? args : [target.now()], newTarget),
  apply: (target) => new target(target.now()).toString(),
})

process.on('SIGUSR2', () => {
  offset = jump
})
