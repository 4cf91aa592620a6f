import { LoneRegion } from '../../runtime/control-plane/lone-region.ts'
import { until } from '../../toolkit/local/database/linked-databases.ts'
import { describeConfigurationStore } from './suite.ts'

describeConfigurationStore('PostgreSQL', async () => {
  const region = await LoneRegion.create()
  const control = await region.start()
  await until('it writes', () => control.role === 'active')
  return {
    store: control,
    close: async () => {
      await control.stop()
      await region.close()
    },
  }
})
