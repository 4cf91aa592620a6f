export { type Labels, MANAGED_BY_ADC, selectByLabels, withLabels } from './labels.ts'
export { type AdcLoadOptions, type AdcSource, invalidFiles, loadAdcFiles } from './load.ts'
export {
  ADC_COLLECTIONS,
  ADC_TYPES,
  type AdcResource,
  type AdcType,
  type AdcValue,
  fileOf,
  resourceKey,
  resourcesOf,
} from './resources.ts'
export { fillScalarDefaults } from './scalar-defaults.ts'
export { type AdcConfiguration, adcFile } from './schema.ts'
export { type AdcProblem, SourceFile } from './source-file.ts'
