import { CONTAINER_PLACE } from '../platform.ts'

/** The specification of a data plane's pod, the same for every kind of Kubernetes; `user` where one has to be named. */
export function podOf(parts: { name: string; image: string; secret: string; user: boolean }): string {
  const { name, image, secret, user } = parts
  return `      securityContext:
        runAsNonRoot: true
${user ? '        runAsUser: 65532\n        fsGroup: 65532\n' : ''}        seccompProfile: { type: RuntimeDefault }
      automountServiceAccountToken: false
      containers:
        - name: ${name}
          image: ${image}
          args: [data-plane, --config, ${CONTAINER_PLACE.files}/config.yaml]
          ports: [{ name: http, containerPort: 9080 }]
          readinessProbe: { httpGet: { path: /status/ready, port: 7085 }, periodSeconds: 2 }
          livenessProbe: { httpGet: { path: /status, port: 7085 }, periodSeconds: 10 }
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: { drop: [ALL] }
          volumeMounts:
            - { name: connection, mountPath: ${CONTAINER_PLACE.files}, readOnly: true }
            - { name: state, mountPath: ${CONTAINER_PLACE.state} }
      volumes:
        - name: connection
          secret: { secretName: ${secret}, defaultMode: 0440 }
        - name: state
          emptyDir: {}
`
}
