import type { Platform } from '../platform.ts'
import { podOf } from './kubernetes-pod.ts'

const NAME = '{{ .Release.Name }}'

export const helm: Platform = {
  summary: 'on Kubernetes, with a chart that is written along',
  isContainer: true,
  place: () => ({ files: '/etc/antipode', state: '/var/lib/antipode' }),
  write: ({ name, image }) => [
    {
      name: 'chart/Chart.yaml',
      content: `apiVersion: v2\nname: ${name}\ndescription: A data plane of Antipode\nversion: 1.0.0\n`,
    },
    { name: 'chart/values.yaml', content: `image: ${image}\nreplicas: 2\n# File by file, by --set-file.\nfiles: {}\n` },
    {
      name: 'chart/templates/connection.yaml',
      content: `apiVersion: v1
kind: Secret
metadata: { name: ${NAME} }
stringData:
{{- range $name, $content := .Values.files }}
  {{ $name | replace "_" "." }}: {{ $content | quote }}
{{- end }}
`,
    },
    {
      name: 'chart/templates/data-plane.yaml',
      content: `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${NAME} }
spec:
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: { app: ${NAME} } }
  template:
    metadata: { labels: { app: ${NAME} } }
    spec:
${podOf({ name: 'data-plane', image: '{{ .Values.image }}', secret: NAME, user: true })}---
apiVersion: v1
kind: Service
metadata: { name: ${NAME} }
spec:
  selector: { app: ${NAME} }
  ports: [{ name: http, port: 80, targetPort: http }]
`,
    },
  ],
  // Helm takes a dot in a key for a step of a path, so files are named without.
  commands: ({ name, folder, files }) => [
    `helm upgrade --install ${name} ${folder}/chart \\
${['config.yaml', ...files].map((file) => `  --set-file files.${file.replaceAll('.', '_')}=${folder}/${file}`).join(' \\\n')}`,
  ],
}
