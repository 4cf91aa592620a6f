import { apisix } from '../../../toolkit/declarative/apisix/index.ts'
import { describeDeclarativeBackend } from './suite.ts'

describeDeclarativeBackend(apisix)
