import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

const PACKAGE_FOLDER = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/
const LICENCE_FILE = /^(licen[cs]e|notice|copying)(\.|-|$)/i

/**
 * The licences of the packages that modules belong to, as one text: whoever hands the bundle on has to hand them on.
 *
 * @param modules paths, relative to `folder`
 */
export function licencesOf(modules: readonly string[], folder: string): string {
  const folders = new Set(modules.flatMap((module) => PACKAGE_FOLDER.exec(resolve(folder, module))?.[0] ?? []))
  const texts = new Map([...folders].map((it) => licenceOf(it)))
  return [...texts]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, text]) => `${name}\n\n${text.trim()}\n`)
    .join(`\n${'-'.repeat(80)}\n\n`)
}

function licenceOf(folder: string): [name: string, text: string] {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
  const files = readdirSync(folder)
    .filter((file) => LICENCE_FILE.test(file))
    .sort()
  const texts = files.map((file) => readFileSync(`${folder}/${file}`, 'utf8'))
  return [`${name} ${version} (${license})`, texts.join('\n')]
}
