import { api7ee } from '../../../toolkit/declarative/api7ee/index.ts'
import { describeDeclarativeBackend } from './suite.ts'

describeDeclarativeBackend(api7ee)
