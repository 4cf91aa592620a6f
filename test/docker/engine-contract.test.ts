import { after, before } from 'node:test'
import { STATE_FOLDER, USER } from '../../runtime/image/layout.ts'
import { testEngine } from '../contract/engine/suite.ts'
import { type DockerEngine, startEngine } from './docker-engine.ts'
import { makeNodeBase } from './node-base.ts'

const found = await startEngine()
const engine = found as DockerEngine
const skip = typeof found === 'string' && found

before(() => {
  // As a user's own surroundings would name it.
  if (!skip) process.env.DOCKER_HOST = engine.env.DOCKER_HOST
})
after(() => (skip ? undefined : engine.close()))

async function build() {
  const { image } = await engine.antipode('image', 'build', '--base', await makeNodeBase(engine))
  return { name: String(image), stateFolder: STATE_FOLDER, user: USER }
}

testEngine('docker', build, skip)
