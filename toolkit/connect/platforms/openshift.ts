import type { Platform } from '../platform.ts'
import { podOf } from './kubernetes-pod.ts'

export const openshift: Platform = {
  summary: 'on OpenShift, under its restricted security context',
  isContainer: true,
  place: () => ({ files: '/etc/antipode', state: '/var/lib/antipode' }),
  write: ({ name, image }) => [
    {
      name: 'data-plane.yaml',
      content: `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: 2
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
${podOf({ name: 'data-plane', image, secret: name, user: false })}---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec:
  selector: { app: ${name} }
  ports: [{ name: http, port: 80, targetPort: http }]
---
apiVersion: route.openshift.io/v1
kind: Route
metadata: { name: ${name} }
spec:
  to: { kind: Service, name: ${name} }
  port: { targetPort: http }
`,
    },
  ],
  commands: ({ name, folder, files }) => [
    `oc create secret generic ${name} \\
${['config.yaml', ...files].map((file) => `  --from-file=${folder}/${file}`).join(' \\\n')}`,
    `oc apply --filename ${folder}/data-plane.yaml`,
  ],
}
